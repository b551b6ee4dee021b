namespace QStash.Serverless;

/// <summary>The facts a delivery is made of, once verified.</summary>
internal sealed record VerifiedRequest(RawDelivery Raw, string SignedUrl, ReadOnlyMemory<byte> Body);
