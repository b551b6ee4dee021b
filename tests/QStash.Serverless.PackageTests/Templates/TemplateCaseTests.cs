namespace QStash.Serverless.PackageTests.Templates;

public sealed class TemplateCaseTests
{
    [Fact]
    public void Pairwise_EveryTwoValuesMeetInSomeCase()
    {
        IEnumerable<string> required = TemplateCase.All.SelectMany(Pairs).Distinct().Order();

        Assert.Equal(required, TemplateCase.Pairwise.SelectMany(Pairs).Distinct().Order());
        Assert.InRange(TemplateCase.Pairwise.Count, 1, 14);
    }

    private static IEnumerable<string> Pairs(TemplateCase templateCase)
    {
        string[] values = [templateCase.Host, $"tests: {templateCase.Tests}", $"infra: {templateCase.Infra}", templateCase.Name];
        return from one in Enumerable.Range(0, values.Length)
               from other in Enumerable.Range(one + 1, values.Length - one - 1)
               select $"{values[one]} with {values[other]}";
    }
}
