using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Docs;

/// <summary>docs/configuration.md names every option with its default, and every variable.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md")).ReplaceLineEndings("\n");

    private static readonly Type[] s_types =
    [
        typeof(QStashReceiverOptions), typeof(RegionSigningKeys), typeof(QStashClientOptions), typeof(TransportRetryOptions), typeof(QStashLambdaOptions), typeof(LambdaFunctionUrlOptions),
        typeof(QStashDevServerOptions),
    ];

    public static TheoryData<Type> OptionTypes => [.. s_types];

    [Fact]
    public void Every_options_type_is_on_the_page()
    {
        // Those of messages are no configuration.
        Type[] messages = [typeof(PublishOptions), typeof(CallbackOptions)];
        string[] assemblies = [.. typeof(ConfigurationPageTests).Assembly.GetReferencedAssemblies().Select(static name => name.Name!).Where(static name => name.StartsWith("QStash.Serverless", StringComparison.Ordinal))];
        IEnumerable<Type> all = assemblies.Append("QStash.Serverless.DevServer").Distinct().Select(Assembly.Load).SelectMany(static assembly => assembly.GetExportedTypes())
            .Where(static type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal));

        Assert.Empty(all.Except(messages).Except(s_types));
    }

    [Theory]
    [MemberData(nameof(OptionTypes))]
    public void Table_has_every_option_with_its_default(Type type)
    {
        object options = Activator.CreateInstance(type)!;
        Dictionary<string, string> rows = Rows(type.Name);

        string[] wrong =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => !rows.TryGetValue(property.Name, out string? written) || written != Text(property.GetValue(options)))
                .Select(property => $"{property.Name}: {Text(property.GetValue(options))}, the page says {rows.GetValueOrDefault(property.Name, "nothing")}"),
        ];

        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Empty(rows.Keys.Except(type.GetProperties().Select(static property => property.Name)));
    }

    [Fact]
    public void Every_variable_of_the_sources_is_on_the_page_and_the_page_invents_none()
    {
        string[] folders = ["src", "infra"];
        string sources = string.Join('\n', folders.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains("VendorContracts", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        string[] read = [.. Variable().Matches(sources).Select(static match => match.Groups[1].Value).Distinct()];
        string[] told = [.. Told().Matches(s_page).Select(static match => match.Groups[1].Value).Distinct()];

        Assert.Empty(read.Where(static name => !name.StartsWith('_')).Except(told));
        Assert.Empty(told.Select(static name => Regex.Replace(name, "^(EU_CENTRAL_1|US_EAST_1)_", "_")).Except(read));
    }

    private static Dictionary<string, string> Rows(string type)
    {
        int start = s_page.IndexOf($"`{type}`", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no `{type}`.");
        string[] table = [.. s_page[start..].Split('\n').SkipWhile(static line => !line.StartsWith('|')).TakeWhile(static line => line.StartsWith('|')).Skip(2)];
        return table.Select(static line => line.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(static cells => cells[1].Trim('`'), static cells => cells[2]);
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        TimeProvider => "the system's",
        TransportRetryOptions => "see below",
        Delegate code => code.Method.Name,
        ICollection { Count: 0 } => "none",
        IEnumerable items when !items.GetEnumerator().MoveNext() => "none",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    // Variables of the host's platform that are set, not read, and those of the terminal, are named by other pages.
    [GeneratedRegex("\"((?:_|)QSTASH_[A-Z_]+|AWS_LAMBDA_[A-Z_]+|ASPNETCORE_[A-Z_]+|DOTNET_ENVIRONMENT|AZURE_FUNCTIONS_[A-Z_]+|FUNCTIONS_[A-Z_]+DIRECTORY|NO_COLOR)\"")]
    private static partial Regex Variable();

    [GeneratedRegex("`((?:[A-Z0-9_]+_)?QSTASH_[A-Z_]+|AWS_LAMBDA_[A-Z_]+|ASPNETCORE_[A-Z_]+|DOTNET_ENVIRONMENT|AZURE_FUNCTIONS_[A-Z_]+|FUNCTIONS_[A-Z_]+DIRECTORY|NO_COLOR)`")]
    private static partial Regex Told();
}
