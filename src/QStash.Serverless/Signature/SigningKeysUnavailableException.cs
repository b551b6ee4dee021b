namespace QStash.Serverless;

/// <summary>No usable signing keys: the message names the settings to fill.</summary>
internal sealed class SigningKeysUnavailableException(string message, Exception? innerException = null)
    : InvalidOperationException(message, innerException);
