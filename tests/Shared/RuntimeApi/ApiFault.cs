namespace QStash.Serverless.Tests.RuntimeApi;

/// <summary>A way in which the Runtime API misbehaves, once.</summary>
internal sealed class ApiFault
{
    internal const int Disconnected = -1;

    private ApiFault(ApiFaultKind kind, int status = 0) => (Kind, Status) = (kind, status);

    internal ApiFaultKind Kind { get; }

    internal int Status { get; }

    /// <summary>Lets the second half of an event go out, or the connection break off instead.</summary>
    internal TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static ApiFault Answer(int status) => new(ApiFaultKind.Answer, status);

    /// <summary>Closes the connection without an answer; what was posted is not taken.</summary>
    internal static ApiFault Disconnect() => new(ApiFaultKind.Answer, Disconnected);

    /// <summary>Hands out half an event, and closes the connection when it is told to: closing at once would take the half away as well.</summary>
    internal static ApiFault BreakOffEvent() => new(ApiFaultKind.BreakOffEvent);

    /// <summary>Hands out half an event, and the rest when it is told to.</summary>
    internal static ApiFault TrickleEvent() => new(ApiFaultKind.TrickleEvent);
}

internal enum ApiFaultKind
{
    Answer,
    BreakOffEvent,
    TrickleEvent,
}
