namespace QStash.Serverless.Tests.Grammar;

/// <summary>Seeded texts made of fragments of a grammar and of characters no grammar wants.</summary>
internal static class HostileText
{
    private static readonly string[] s_noise = ["\0", "\r\n", "\t", " ", "\u0660", "\ud800", "\uffff", "é", "-", ".", "\"", "99999999999999999999", "1e9", "=", ",", "(", ")"];

    internal static IEnumerable<string> From(string[] fragments, int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            int length = random.Next(1, 40);
            yield return string.Concat(Enumerable.Range(0, length)
                .Select(_ => random.Next(4) == 0 ? s_noise[random.Next(s_noise.Length)] : fragments[random.Next(fragments.Length)]));
        }
    }
}
