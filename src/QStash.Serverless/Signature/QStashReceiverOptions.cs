using System.ComponentModel.DataAnnotations;

namespace QStash.Serverless;

/// <summary>
/// How deliveries are verified. Bound from the configuration section <c>QStash</c>, then from QStash's own variables
/// (<c>QSTASH_CURRENT_SIGNING_KEY</c>, <c>QSTASH_NEXT_SIGNING_KEY</c>, <c>QSTASH_PUBLIC_BASE_URL</c>); code set in <c>AddQStash(...)</c> wins over both.
/// </summary>
public sealed class QStashReceiverOptions
{
    /// <summary>The key QStash signs with. The whole text, with its <c>sig_</c> prefix.</summary>
    public string? CurrentSigningKey { get; set; }

    /// <summary>The key QStash will sign with after the next rotation.</summary>
    public string? NextSigningKey { get; set; }

    /// <summary>Further keys to accept, tried after the current and the next one.</summary>
    public IList<string> OtherSigningKeys { get; set; } = [];

    /// <summary>
    /// The key pairs of the regions <c>EU_CENTRAL_1</c> and <c>US_EAST_1</c>, for apps that receive from both: the delivery's
    /// <c>Upstash-Region</c> selects the pair, and then only its keys are tried (one is enough); the other keys are for regions without a pair and for
    /// deliveries that name no region. Also read from <c>EU_CENTRAL_1_QSTASH_CURRENT_SIGNING_KEY</c> and its like (protocol 1.2). Any other region's
    /// name is a configuration error.
    /// </summary>
    public IDictionary<string, RegionSigningKeys> Regions { get; set; } = new Dictionary<string, RegionSigningKeys>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How far this machine's clock may differ from QStash's: 0 to 300 seconds. Default 60 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest body that is read, in bytes. A genuine delivery over it is dead-lettered. Default 4 MiB: room for a callback that carries two bodies of 1 MB.</summary>
    [Range(1.0, 1 << 30)]
    public long MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The public URL or URLs of this app, separated by <c>;</c>: what QStash calls, up to but without the path this app sees. Without it
    /// the URL the host saw is trusted, and with it the caller's <c>Host</c> header. Set it in production.
    /// </summary>
    public string? PublicBaseUrl { get; set; }

    /// <summary>What happens to a genuine delivery whose payload cannot be read. Default: dead letter.</summary>
    public UnreadablePayloadPolicy OnUnreadablePayload { get; set; }
}

/// <summary>The signing keys of one region.</summary>
public sealed class RegionSigningKeys
{
    /// <summary>The key the region signs with.</summary>
    public string? CurrentSigningKey { get; set; }
    /// <summary>The key the region will sign with after the next rotation.</summary>
    public string? NextSigningKey { get; set; }
}

/// <summary>What happens to a genuine delivery whose payload cannot be read.</summary>
public enum UnreadablePayloadPolicy
{
    /// <summary>It goes to the dead letter queue at once: a poison message never loops.</summary>
    DeadLetter = 0,
    /// <summary>It is retried: during a rolling deployment another instance may understand it.</summary>
    Retry,
}
