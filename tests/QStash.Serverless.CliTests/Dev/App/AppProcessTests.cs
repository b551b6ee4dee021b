using System.Diagnostics;
using QStash.Serverless.Cli.Dev.App;

namespace QStash.Serverless.CliTests.Dev.App;

/// <summary>How an app is ended: real processes, a clock of the test's.</summary>
public sealed class AppProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [PosixFact]
    public async Task AppThatEndsWhenAsked_EndsItsOwnWay()
    {
        using AppProcess app = Start("trap 'echo asked > asked; exit 0' TERM; echo > ready; while :; do sleep 0.05; done");
        await FileAsync("ready");

        await app.StopAsync(isAsked: false).WaitAsync(s_patience);

        Assert.Equal(0, await app.EndAsync());
        Assert.True(File.Exists(Path.Combine(_folder.Path, "asked")));
    }

    [PosixFact]
    public async Task AppThatDoesNotHear_EndsAfterTheGracePeriodWithAllItHasStarted()
    {
        using AppProcess app = Start("trap '' TERM INT; sh -c \"trap '' TERM INT; echo \\$\\$ > child; while :; do sleep 0.05; done\" & echo > ready; wait; while :; do sleep 0.05; done");
        using Process child = Process.GetProcessById(int.Parse(await FileAsync("child"), System.Globalization.CultureInfo.InvariantCulture));

        Task stopping = app.StopAsync(isAsked: false);
        await _time.WaitForTimersAsync(1, CancellationToken.None).WaitAsync(s_patience);
        Assert.False(child.HasExited);
        _time.Advance(AppProcess.Grace);

        await stopping.WaitAsync(s_patience);
        Assert.Equal(128 + 9, await app.EndAsync());
        await child.WaitForExitAsync().WaitAsync(s_patience);
    }

    [PosixFact]
    public async Task ChildThatOutlivesItsParent_IsNotLeftBehind()
    {
        using AppProcess app = Start("trap 'exit 0' TERM; sh -c \"trap '' TERM; echo \\$\\$ > child; while :; do sleep 0.05; done\" & while :; do sleep 0.05; done");
        using Process child = Process.GetProcessById(int.Parse(await FileAsync("child"), System.Globalization.CultureInfo.InvariantCulture));

        await app.StopAsync(isAsked: false).WaitAsync(s_patience);

        Assert.Equal(0, await app.EndAsync());
        if (OperatingSystem.IsLinux())
        {
            await child.WaitForExitAsync().WaitAsync(s_patience);
        }
        else
        {
            child.Kill();
        }
    }

    [PosixFact]
    public async Task ChildOfAnAppThatCtrlCHasEndedAlready_IsNotLeftBehind()
    {
        using AppProcess app = Start("sh -c \"trap '' TERM INT; echo \\$\\$ > child; while :; do sleep 0.05; done\" & while ! test -s child; do sleep 0.05; done");
        using Process child = Process.GetProcessById(int.Parse(await FileAsync("child"), System.Globalization.CultureInfo.InvariantCulture));
        await app.EndAsync().WaitAsync(s_patience);
        Assert.False(child.HasExited);

        await app.StopAsync(isAsked: true).WaitAsync(s_patience);

        if (OperatingSystem.IsLinux())
        {
            await child.WaitForExitAsync().WaitAsync(s_patience);
        }
        else
        {
            child.Kill();
        }
    }

    public void Dispose() => _folder.Dispose();

    private AppProcess Start(string script) => AppProcess.Start(["sh", "-c", $"cd '{_folder.Path}'; {script}"], new Dictionary<string, string?>(), _time);

    private async Task<string> FileAsync(string name)
    {
        string file = Path.Combine(_folder.Path, name);
        using FileSystemWatcher watcher = new(_folder.Path) { EnableRaisingEvents = true };
        while (!File.Exists(file) || (await File.ReadAllTextAsync(file)).Length == 0)
        {
            await Task.Run(() => watcher.WaitForChanged(WatcherChangeTypes.All, 200));
        }

        return await File.ReadAllTextAsync(file);
    }
}
