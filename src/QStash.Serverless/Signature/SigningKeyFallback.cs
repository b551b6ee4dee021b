namespace QStash.Serverless;

/// <summary>Where the keys come from when neither a current nor a next one is configured: the client registers QStash's own API, so that a token alone starts an app.</summary>
internal sealed record SigningKeyFallback(ISigningKeySource Source);
