using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Tests;

/// <summary>The shared vectors of <c>tests/vectors/signatures.json</c>; a project that links this file links those as content.</summary>
internal static class SignatureVectors
{
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

    internal static IReadOnlyList<SignatureVector> All { get; } = Read();

    internal static SignatureVector Named(string name) => All.Single(vector => vector.Name == name);

    private static List<SignatureVector> Read()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "signatures.json")));
        return file.RootElement.GetProperty("vectors").Deserialize<List<SignatureVector>>(s_web)!;
    }
}

/// <summary>One signature, and what a receiver with a clock skew of 60 seconds makes of it.</summary>
internal sealed record SignatureVector(string Name, IReadOnlyList<string> Keys, long Now, string Url, string Body, string Signature, string Result, int? KeysTried)
{
    internal byte[] BodyBytes => Encoding.UTF8.GetBytes(Body);
}
