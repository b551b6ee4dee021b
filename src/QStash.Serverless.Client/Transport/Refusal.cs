using System.Net;

namespace QStash.Serverless.Client;

/// <summary>Turns answers that are no success, and missing answers, into exceptions that say what to do.</summary>
internal static class Refusal
{
    internal static QStashApiException Of(OutgoingRequest request, QStashResponse response, string baseUrl, string token, DateTimeOffset now)
    {
        // An answer that echoes the request must not carry the token into a log.
        string text = response.Text.Replace(token, "[token]", StringComparison.Ordinal);
        QStashRateLimit? limit = response.Status == HttpStatusCode.TooManyRequests ? RateLimit(response) : null;
        TimeSpan? retryAfter = RetryAfter(response, now);
        return new QStashApiException(
            $"QStash refused {request.Shown} with HTTP {(int)response.Status}{(text.Length == 0 ? "." : $": {text}")} {Advice(response.Status, text, baseUrl, limit, retryAfter)}".TrimEnd(), response.Status)
        {
            Error = text.Length == 0 ? null : text,
            Request = request.Shown,
            RateLimit = limit,
            RetryAfter = retryAfter,
        };
    }

    internal static QStashApiException NotUnderstood(OutgoingRequest request, QStashResponse response, string token)
    {
        string text = response.Text.Replace(token, "[token]", StringComparison.Ordinal);
        return new QStashApiException(
            $"QStash answered {request.Shown} with HTTP {(int)response.Status}, but the answer is not understood: {(text.Length == 0 ? "it is empty" : text)}. The call may have taken effect. Check that QStash:Url is QStash's own address.",
            response.Status)
        {
            Error = text.Length == 0 ? null : text,
            Request = request.Shown,
        };
    }

    internal static QStashApiException NoAnswer(OutgoingRequest request, string baseUrl, int attempts, Exception cause)
    {
        string again = request.DeduplicationId is { Length: > 0 } id
            ? $" It may have been accepted: publishing it again with the deduplication id '{id}' within 10 minutes cannot queue it twice."
            : " It may have taken effect.";
        return new QStashApiException(
            $"No answer from {baseUrl} to {request.Shown} after {attempts} attempt{(attempts == 1 ? "" : "s")}: {cause.Message}{NoAnswerAdvice(cause)}{again}", null, cause)
        {
            Request = request.Shown,
        };
    }

    private static string NoAnswerAdvice(Exception cause) => cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        ? " Is QStash there? Check QStash:Url (or QSTASH_URL); the local one is started with `dotnet qstash dev`."
        : "";

    private static string Advice(HttpStatusCode status, string text, string baseUrl, QStashRateLimit? limit, TimeSpan? retryAfter)
    {
        if (text.StartsWith("topic ", StringComparison.OrdinalIgnoreCase) && text.EndsWith(" not found", StringComparison.OrdinalIgnoreCase))
        {
            return "A URL group exists once it has an endpoint, and only in its own region: add an endpoint to it, or correct the name.";
        }

        if (text.Contains("is not on this machine", StringComparison.Ordinal))
        {
            return "";
        }

        if (text.Contains("invalid destination url", StringComparison.OrdinalIgnoreCase))
        {
            return "The destination must be an absolute http or https URL that the QStash server can reach; a local one needs `dotnet qstash dev`.";
        }

        if (text.StartsWith("quota maxMessageSize", StringComparison.OrdinalIgnoreCase) || status == HttpStatusCode.RequestEntityTooLarge)
        {
            return "The body is larger than the plan allows: store it elsewhere and publish a reference to it, or raise the limit.";
        }

        if (text.StartsWith("quota ", StringComparison.OrdinalIgnoreCase) || status == HttpStatusCode.PreconditionFailed)
        {
            return "This is a limit of the account's plan: stay below it, or raise the plan. Trying again does not help.";
        }

        return status switch
        {
            HttpStatusCode.Unauthorized => $"Check the token (QStash:Token or QSTASH_TOKEN) and the URL: {baseUrl} accepts only the token of its own region and account.",
            HttpStatusCode.Forbidden => "A read-only token can only read: use the account's full token.",
            HttpStatusCode.TooManyRequests => $"The {Limit(limit)} limit is used up{(retryAfter is { } wait ? $"; try again in {wait.TotalSeconds:0} s" : limit?.Reset is { } reset ? $"; it resets at {reset}" : "")}.",
            _ => "",
        };
    }

    private static string Limit(QStashRateLimit? limit) => limit?.Kind switch
    {
        QStashRateLimitKind.Chat => "language model provider's",
        QStashRateLimitKind.Daily => "daily",
        _ => "per-second",
    };

    private static QStashRateLimit RateLimit(QStashResponse response)
    {
        if (response.Header("x-ratelimit-limit-requests") is { } chat)
        {
            return new QStashRateLimit(QStashRateLimitKind.Chat, chat, response.Header("x-ratelimit-remaining-requests"), response.Header("x-ratelimit-reset-requests"));
        }

        return response.Header("RateLimit-Limit") is { } daily
            ? new QStashRateLimit(QStashRateLimitKind.Daily, daily, response.Header("RateLimit-Remaining"), response.Header("RateLimit-Reset"))
            : new QStashRateLimit(QStashRateLimitKind.Burst, response.Header("Burst-RateLimit-Limit"), response.Header("Burst-RateLimit-Remaining"), response.Header("Burst-RateLimit-Reset"));
    }

    private static TimeSpan? RetryAfter(QStashResponse response, DateTimeOffset now)
    {
        TimeSpan? wait = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - now) : null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
