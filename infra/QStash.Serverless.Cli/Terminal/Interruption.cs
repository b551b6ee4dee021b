using System.Runtime.InteropServices;

namespace QStash.Serverless.Cli;

/// <summary>Turns the first Ctrl+C, or the first request to terminate, into a cancellation, so that a command can clean up; the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>The exit code of a command that Ctrl+C has ended.</summary>
    public const int CtrlCExitCode = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, On),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, On),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What the second signal does before it ends the process.</summary>
    public Action? AtSecond { get; set; }

    /// <summary>Whether the signal was Ctrl+C.</summary>
    public bool IsCtrlC => _signal == (int)PosixSignal.SIGINT;

    /// <summary>Completes with the first signal.</summary>
    public async Task WaitAsync()
    {
        TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = Token.Register(signalled.SetResult);
        await signalled.Task;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void On(PosixSignalContext context)
    {
        if (Interlocked.CompareExchange(ref _signal, (int)context.Signal, 0) == 0)
        {
            context.Cancel = true;
            _source.Cancel();
        }
        else
        {
            AtSecond?.Invoke();
        }
    }
}
