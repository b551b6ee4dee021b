namespace QStash.Serverless.Infra;

/// <content>Names as QStash knows them, and URLs as it calls them.</content>
internal sealed partial class Declarations
{
    /// <summary>QStash states no bound; no name that anybody reads comes near this one.</summary>
    private const int LongestName = 255;

    /// <summary>The URL of a path below the base URL; null, and the mistake is noted, when the text is none.</summary>
    internal string? Path(DeclaredAt at, string subject, string? path)
    {
        string text = path ?? "";
        string? refusal = !text.StartsWith('/') ? "must start with a slash, as in /orders."
            : text.AsSpan().IndexOfAny('{', '}') >= 0 ? "has a route parameter: write the path exactly as QStash shall call it."
            : Destination.Refusal("https://base" + text);
        if (refusal is not null)
        {
            Wrong(at, $"{subject} '{Destination.WithoutSecrets(text)}' {refusal}");
        }

        return refusal is null ? BaseUrl + text : null;
    }

    /// <summary>The text as it is; null, and the mistake is noted, when it is no URL.</summary>
    /// <param name="at">Where it is declared.</param>
    /// <param name="subject">What it is.</param>
    /// <param name="url">The text.</param>
    /// <param name="byPath">The method that takes a path instead.</param>
    internal string? AbsoluteUrl(DeclaredAt at, string subject, string? url, string? byPath = null)
    {
        string? refusal = string.IsNullOrEmpty(url) ? "is empty."
            : byPath is not null && url.StartsWith('/') ? $"must start with http:// or https://. A path below the base URL goes to {byPath}."
            : Destination.Refusal(url);
        if (refusal is not null)
        {
            Wrong(at, $"{subject} '{Destination.WithoutSecrets(url ?? "")}' {refusal}");
        }

        return refusal is null ? url : null;
    }

    /// <summary>The URL of a handler or function; null, and the mistake is noted, when no route of it is known or none that a message can be sent to.</summary>
    /// <param name="at">Where it is asked for.</param>
    /// <param name="subject">What wants it.</param>
    /// <param name="destined">The handler or function.</param>
    internal string? Url(DeclaredAt at, string subject, Destined destined)
    {
        if (destined.Problem is { } problem)
        {
            Wrong(at, $"{subject}: {problem}");
        }

        return destined.Path is { } path ? BaseUrl + path : null;
    }

    /// <summary>The same where the declaration itself may name the path.</summary>
    internal string? Url(DeclaredAt at, string subject, Destined destined, string? path)
    {
        if (path is null)
        {
            return Url(at, subject, destined);
        }

        if (destined.Path is not null)
        {
            Wrong(at, $"{subject}: Path says '{path}', but the route of {destined.Member} is already stated: remove Path.");
        }

        return Path(at, $"{subject}: Path", path);
    }

    /// <summary>The options as QStash shall know them: the flow-control key by its name there, callbacks by their URLs.</summary>
    internal PublishOptions WithNamesAndUrls(DeclaredAt at, string subject, PublishOptions options) => options with
    {
        FlowControl = options.FlowControl is { Key.Length: > 0 } flowControl ? flowControl with { Key = Physical(flowControl.Key, flowControl.Shared), Shared = true } : options.FlowControl,
        Callback = WithUrl(at, $"{subject}: Callback", options.Callback),
        FailureCallback = WithUrl(at, $"{subject}: FailureCallback", options.FailureCallback),
    };

    /// <summary>The name that QStash knows.</summary>
    internal string Physical(string name, bool shared) => shared ? name : Scope.Physical(name);

    /// <summary>The name that QStash knows; null, and the mistake is noted, when there can be none such.</summary>
    internal string? PhysicalName(DeclaredAt at, string subject, string? name, bool shared)
    {
        string physical = Physical(name ?? "", shared);
        string? refusal = !QStashName.IsValid(name) ? $"'{name}' is no name: use letters, digits, '_', '.' and '-' only, at least one."
            : AlreadyScoped(name!, shared) is { } scoped ? scoped
            : physical.Length > LongestName ? $"'{physical}' has {physical.Length} characters, and {LongestName} are the most: shorten the name."
            : null;
        if (refusal is not null)
        {
            Wrong(at, $"{subject}: {refusal}");
        }

        return refusal is null ? physical : null;
    }

    /// <summary>Why a name that starts as the app's physical names do is refused; null for every other.</summary>
    internal string? AlreadyScoped(string name, bool shared) => !Scope.TryGetName(name, out string? own) ? null
        : shared ? $"a shared name must not start with '{Scope.Prefix}', as this app's own names do."
        : $"leave out '{Scope.Prefix}', which is added by itself: '{own}'.";

    private CallbackOptions? WithUrl(DeclaredAt at, string subject, CallbackOptions? callback)
    {
        if (callback is null)
        {
            return null;
        }

        string? url = callback.Url;
        if (url?.StartsWith('/') == true)
        {
            url = Path(at, subject, url);
        }
        else if (url?.Contains("://", StringComparison.Ordinal) == true)
        {
            url = AbsoluteUrl(at, subject, url);
        }
        else
        {
            Wrong(at, $"{subject} '{url}' must start with / for a path below the base URL, or with http:// or https://.");
            url = null;
        }

        // What is refused is told already: its options are still held against the rules.
        return callback with { Url = url ?? OptionRules.Placeholder };
    }
}
