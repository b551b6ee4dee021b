namespace QStash.Serverless.Tests.Delivery;

/// <summary>A few headers and very many behave alike.</summary>
public sealed class DeliveryHeadersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(5000)]
    public void Names_compare_without_case_and_values_are_kept_however_many_there_are(int others)
    {
        DeliveryHeaders headers = new(others % 7);
        headers.Add("Upstash-Signature", "one");
        for (int i = 0; i < others; i++)
        {
            headers.Add($"X-{i}", $"{i}");
        }

        headers.Add("UPSTASH-signature", new string[] { "two", "three" });

        Assert.Equal(["one", "two", "three"], headers["upstash-SIGNATURE"]!);
        Assert.Equal(others + 1, headers.Count);
        Assert.Equal(others + 1, headers.Select(static header => header.Key).Distinct().Count());
        Assert.Equal(others == 0 ? "" : $"{others - 1}", headers[$"x-{others - 1}"].ToString());
        Assert.Equal(0, headers["absent"].Count);
    }
}
