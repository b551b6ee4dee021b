using System.Net;

namespace QStash.Serverless.Client;

/// <summary>QStash refused a call, gave an answer that is not understood, or gave none. The message says what to do, and never holds the token.</summary>
public sealed class QStashApiException : Exception
{
    /// <summary>An exception with this message; tests of code that handles refusals can make one.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="statusCode">The status of the answer; null when none arrived.</param>
    /// <param name="innerException">What kept an answer from arriving.</param>
    public QStashApiException(string message, HttpStatusCode? statusCode = null, Exception? innerException = null)
        : base(message, innerException) => StatusCode = statusCode;

    /// <summary>The status of the answer; null when none arrived. A 2xx means that the call may have taken effect but the answer is not understood.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>QStash's own text: <c>error</c> of the answer, else its body (up to 2,000 characters); null when there was none.</summary>
    public string? Error { get; init; }

    /// <summary>The call, such as <c>POST /v2/publish/https://shop.example/api?...</c>: the destination's query and user information are left out.</summary>
    public string? Request { get; init; }

    /// <summary>The limit a 429 is about; null for every other status.</summary>
    public QStashRateLimit? RateLimit { get; init; }

    /// <summary>How long QStash asks to wait (<c>Retry-After</c>), 0 or more; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
