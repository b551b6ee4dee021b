namespace QStash.Serverless.Tests.RuntimeApi;

/// <summary>A request to the Runtime API.</summary>
/// <param name="What"><c>poll</c> when somebody begins to wait, <c>next</c> when an event goes out, otherwise the end of the path: <c>{id}/response</c>, <c>{id}/error</c>, <c>init/error</c>.</param>
/// <param name="Status">What it was answered; 0 while it waits, -1 when it was broken off.</param>
/// <param name="Body">What it brought.</param>
/// <param name="ContentType">As what it brought it.</param>
/// <param name="ErrorType">The value of <c>Lambda-Runtime-Function-Error-Type</c>.</param>
internal sealed record ApiCall(string What, int Status, byte[] Body, string? ContentType, string? ErrorType)
{
    internal bool IsReply => What.EndsWith("/response", StringComparison.Ordinal);

    internal bool IsError => What.EndsWith("/error", StringComparison.Ordinal);
}
