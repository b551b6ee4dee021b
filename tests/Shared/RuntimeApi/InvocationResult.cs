using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Tests.RuntimeApi;

/// <summary>What came of an invocation: a reply or a failure.</summary>
internal sealed record InvocationResult(string RequestId, byte[]? Reply, LambdaFailure? Failure)
{
    internal string ReplyText => Encoding.UTF8.GetString(Reply ?? throw new InvalidOperationException($"The invocation failed: {Failure}"));
}

/// <summary>An error in Lambda's format.</summary>
internal sealed record LambdaFailure(string Type, string Message, IReadOnlyList<string> StackTrace, string? HeaderType)
{
    /// <exception cref="KeyNotFoundException">It is not in Lambda's format.</exception>
    internal static LambdaFailure Read(byte[] body, string? headerType)
    {
        using JsonDocument json = JsonDocument.Parse(body);
        return new LambdaFailure(
            json.RootElement.GetProperty("errorType").GetString()!,
            json.RootElement.GetProperty("errorMessage").GetString()!,
            [.. json.RootElement.GetProperty("stackTrace").EnumerateArray().Select(static line => line.GetString()!)],
            headerType);
    }
}
