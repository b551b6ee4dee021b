using System.Text;
using System.Text.RegularExpressions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Which requests a function gets, by the rules of the Functions host. Of the constraints it knows int, long, bool, guid and alpha; others let everything through.</summary>
internal sealed class HarnessRoute
{
    private readonly Regex _path;
    private readonly RouteTemplate _template;
    private readonly IReadOnlyList<string> _methods;

    internal HarnessRoute(string prefix, RouteTemplate template, IReadOnlyList<string> methods)
    {
        _template = template;
        _methods = methods;
        StringBuilder pattern = new("^" + Regex.Escape(prefix + "/"));
        foreach (RouteTemplate.Part part in template.Parts)
        {
            if (!part.MayMiss)
            {
                pattern.Append(part.IsParameter ? Parameter(part) : Regex.Escape(part.Text));
            }
            else if (pattern[^1] == '/')
            {
                // With the parameter goes the slash before it.
                pattern.Length--;
                pattern.Append("(?:/").Append(Parameter(part)).Append(")?");
            }
            else
            {
                pattern.Append(Parameter(part)).Append('?');
            }
        }

        _path = new Regex(pattern.Append("/?$").ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        Rank = (template.Parts.Any(static part => part.IsCatchAll) ? 1 : 0, template.Parameters.Count, -template.Text.Length);
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
        for (int i = 0; i < _template.Parameters.Count; i++)
        {
            if (match.Groups[i + 1] is { Success: true } group)
            {
                values[_template.Parameters[i]] = Uri.UnescapeDataString(group.Value);
            }
        }

        return values;
    }

    private static string Parameter(RouteTemplate.Part part) => part.IsCatchAll ? "(.*)" : part.Constraint switch
    {
        "int" or "long" => @"(-?\d+)",
        "bool" => "(true|false)",
        "guid" => "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
        "alpha" => "([a-z]+)",
        _ => "([^/]+)",
    };
}
