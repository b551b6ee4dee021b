namespace QStash.Serverless.Client;

/// <summary>The keys deliveries are signed with (protocol 2.10).</summary>
/// <param name="Current">The key in use.</param>
/// <param name="Next">The key that a rotation makes the current one.</param>
public sealed record SigningKeys(string Current, string Next)
{
    /// <summary>Not the keys: whoever has one can sign.</summary>
    public override string ToString() => "SigningKeys (hidden)";
}
