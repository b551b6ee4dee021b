using System.Text;
using System.Text.RegularExpressions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Which requests a function gets, by the rules of the Functions host. Of the constraints it knows int, long, bool, guid and alpha; others let everything through.</summary>
internal sealed class HarnessRoute
{
    private readonly Regex _path;
    private readonly IReadOnlyList<string> _parameters;
    private readonly IReadOnlyList<string> _methods;

    internal HarnessRoute(string prefix, string template, IReadOnlyList<string> methods)
    {
        _methods = methods;
        _parameters = new RouteTemplate(template).Parameters;
        StringBuilder pattern = new("^" + Regex.Escape(prefix));
        foreach (string segment in template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            bool mayMiss = segment.StartsWith("{*", StringComparison.Ordinal) || segment.EndsWith("?}", StringComparison.Ordinal) || segment.Contains('=', StringComparison.Ordinal);
            pattern.Append(mayMiss ? "(?:/" : "/").Append(Segment(segment)).Append(mayMiss ? ")?" : "");
        }

        _path = new Regex(pattern.Append("/?$").ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        Rank = (template.Contains("{*", StringComparison.Ordinal) ? 1 : 0, _parameters.Count, -template.Length);
    }

    /// <summary>The lowest is tried first: literals before parameters before whatever is left.</summary>
    internal (int, int, int) Rank { get; }

    /// <summary>The values of the parameters, or null when the request is not for this route.</summary>
    internal Dictionary<string, object?>? Match(HttpMethod method, string path)
    {
        if ((_methods.Count > 0 && !_methods.Contains(method.Method, StringComparer.OrdinalIgnoreCase)) || _path.Match(path) is not { Success: true } match)
        {
            return null;
        }

        Dictionary<string, object?> values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (match.Groups[i + 1] is { Success: true } group)
            {
                values[_parameters[i]] = Uri.UnescapeDataString(group.Value);
            }
        }

        return values;
    }

    private static string Segment(string segment)
    {
        StringBuilder pattern = new();
        int at = 0;
        foreach (Match parameter in Regex.Matches(segment, @"\{([^}]*)\}"))
        {
            pattern.Append(Regex.Escape(segment[at..parameter.Index])).Append(Parameter(parameter.Groups[1].Value));
            at = parameter.Index + parameter.Length;
        }

        return pattern.Append(Regex.Escape(segment[at..])).ToString();
    }

    private static string Parameter(string inside) =>
        inside.StartsWith('*') ? "(.*)"
        : inside.TrimEnd('?').Split(':', 2) is [_, var constraint] ? constraint switch
        {
            "int" or "long" => @"(-?\d+)",
            "bool" => "(true|false)",
            "guid" => "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
            "alpha" => "([a-z]+)",
            _ => "([^/]+)",
        }
        : "([^/]+)";
}
