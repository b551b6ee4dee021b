namespace QStash.Serverless.DevServer.Delivery;

/// <summary>How one attempt ended (protocol 4.2).</summary>
/// <param name="Status">The destination's status; 0 when no response came.</param>
/// <param name="Headers">Its response headers, in canonical spelling.</param>
/// <param name="Body">Its response body, cut at <see cref="AttemptSender.LargestResponse"/> bytes.</param>
/// <param name="Error">Why the attempt failed; null when it was delivered.</param>
internal sealed record Outcome(int Status, IReadOnlyDictionary<string, string[]> Headers, byte[] Body, string? Error)
{
    public bool Delivered => Status is >= 200 and <= 299;

    /// <summary>The destination said that no retry can help: status 489 together with the header.</summary>
    public bool NonRetryable
        => Status == 489 && Headers.TryGetValue(Settings.HeaderNames.Canonical(QStashHeaders.NonRetryableError), out string[]? values)
            && values.Any(v => v.Equals("true", StringComparison.OrdinalIgnoreCase));

    public static Outcome NoResponse(string error) => new(0, new Dictionary<string, string[]>(), [], error);
}
