using QStash.Serverless.Cli.Dev.App;

namespace QStash.Serverless.CliTests.Dev.App;

public sealed class AppProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("func", ".EXE;.cmd", "func.cmd")]
    [InlineData("func.exe", ".EXE;.cmd", null)]
    [InlineData("other", ".EXE;.cmd", null)]
    [InlineData("./func", ".EXE;.cmd", null)]
    [InlineData("func", null, null)]
    public void BareName_IsFoundWithItsExtension(string name, string? extensions, string? found)
    {
        string bin = Directory.CreateDirectory(Path.Combine(_folder.Path, "bin")).FullName;
        File.WriteAllText(Path.Combine(bin, "func.cmd"), "");

        Assert.Equal(found is null ? name : Path.Combine(bin, found), AppProgram.Find(name, $"{_folder.Path}{Path.PathSeparator}{bin}", extensions));
    }

    public void Dispose() => _folder.Dispose();
}
