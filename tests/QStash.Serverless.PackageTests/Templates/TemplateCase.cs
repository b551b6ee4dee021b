namespace QStash.Serverless.PackageTests.Templates;

/// <summary>One way to call a project template.</summary>
/// <param name="Host">The template, with the bootstrap behind a space: <c>qstash-lambda none</c>.</param>
/// <param name="Tests">Whether there are tests; else <c>--no-tests</c>.</param>
/// <param name="Infra">Whether there is infrastructure as code; else <c>--no-infra</c>.</param>
/// <param name="Name">The project's name.</param>
public sealed record TemplateCase(string Host, bool Tests, bool Infra, string Name)
{
    internal const string Plain = "Shop";

    /// <summary>Dots, a hyphen, an umlaut and a digit: what is a file's name is neither a namespace nor the name of a resource.</summary>
    internal const string Odd = "Acme.Über-Shop_2";

    internal static IReadOnlyList<string> Hosts { get; } =
        ["qstash-web", "qstash-azure", "qstash-lambda annotations", "qstash-lambda amazon", "qstash-lambda class-library", "qstash-lambda aspnet", "qstash-lambda none"];

    /// <summary>Every two values of different options meet in one of these; <see cref="TemplateCaseTests"/> sees to it.</summary>
    internal static IReadOnlyList<TemplateCase> Pairwise { get; } =
    [
        new("qstash-web", Tests: true, Infra: true, Odd),
        new("qstash-web", Tests: false, Infra: false, Plain),
        new("qstash-azure", Tests: true, Infra: true, Plain),
        new("qstash-azure", Tests: false, Infra: false, Odd),
        new("qstash-lambda annotations", Tests: true, Infra: true, Odd),
        new("qstash-lambda annotations", Tests: false, Infra: false, Plain),
        new("qstash-lambda amazon", Tests: true, Infra: false, Odd),
        new("qstash-lambda amazon", Tests: false, Infra: true, Plain),
        new("qstash-lambda class-library", Tests: true, Infra: true, Plain),
        new("qstash-lambda class-library", Tests: false, Infra: false, Odd),
        new("qstash-lambda aspnet", Tests: true, Infra: false, Plain),
        new("qstash-lambda aspnet", Tests: false, Infra: true, Odd),
        new("qstash-lambda none", Tests: true, Infra: true, Plain),
        new("qstash-lambda none", Tests: false, Infra: false, Odd),
    ];

    internal static IReadOnlyList<TemplateCase> All { get; } =
    [
        .. from host in Hosts
           from tests in new[] { true, false }
           from infra in new[] { true, false }
           from name in new[] { Plain, Odd }
           select new TemplateCase(host, tests, infra, name),
    ];

    internal IEnumerable<string> Arguments =>
    [
        .. Host.Split(' ') is [string template, string bootstrap] ? [template, "--bootstrap", bootstrap] : (string[])[Host],
        .. Tests ? Array.Empty<string>() : ["--no-tests"],
        .. Infra ? Array.Empty<string>() : ["--no-infra"],
        "-n", Name,
    ];

    /// <summary>What tells the case from others, as the name of a folder.</summary>
    internal string Key => $"{Host.Replace(' ', '-')}{(Tests ? "" : "-no-tests")}{(Infra ? "" : "-no-infra")}-{(Name == Plain ? "plain" : "odd")}";
}
