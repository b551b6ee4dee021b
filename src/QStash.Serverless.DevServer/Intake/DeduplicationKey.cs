using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>What makes two submissions the same (protocol 8.1).</summary>
internal static class DeduplicationKey
{
    /// <summary>
    /// The key of a submission for one of its targets: its own id wins over its content; null when it asked for neither. In a URL group every
    /// endpoint has a key of its own.
    /// </summary>
    public static string? Of(PublishSettings settings, Submission submission, Target target)
        => settings.DeduplicationId is { } id ? (target.Topic is null ? "id:" + id : $"group id:{target.Topic} {target.Url} {id}")
            : settings.ContentBasedDeduplication ? "content:" + ContentHash(settings, submission, target)
            : null;

    /// <summary>SHA-256 over destination, body, and the content type and forwarded headers in order, each preceded by its length.</summary>
    private static string ContentHash(PublishSettings settings, Submission submission, Target target)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(target.Topic is null ? submission.Destination : $"{target.Topic} {target.Url}"));
        Append(hash, submission.Body);
        IEnumerable<string> pairs = settings.Headers.SelectMany(h => h.Value, (h, value) => $"{h.Key.ToLowerInvariant()}:{value}");
        foreach (string pair in pairs.Order(StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(pair));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, byte[] part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
