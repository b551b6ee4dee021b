namespace QStash.Serverless;

/// <summary>The results that counters, spans and logs name.</summary>
internal static class DeliveryOutcome
{
    internal const string Success = "success";
    internal const string Retry = "retry";
    internal const string DeadLetter = "dead_letter";
    internal const string Unreadable = "unreadable_payload";
    internal const string Failed = "handler_failed";
    internal const string OutputFailed = "output_failed";
    internal const string Unavailable = "unavailable";
    internal const string TooLarge = "too_large";
    internal const string ReplyTooLarge = "reply_too_large";
    internal const string NoHandler = "no_handler";
}
