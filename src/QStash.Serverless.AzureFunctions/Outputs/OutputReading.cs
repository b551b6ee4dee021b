using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Reads the texts of one output's attribute by the grammar of QStash, and collects what is wrong with them.</summary>
internal sealed class OutputReading(IConfiguration configuration, IReadOnlyCollection<string> tokens)
{
    /// <summary>Stands for the value of each token when a text is checked before there are any.</summary>
    private const string Sample = "x";

    /// <summary>The methods that QStash calls with.</summary>
    internal static IReadOnlyList<string> Methods { get; } = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    internal delegate bool TryParse<T>(string text, out T value, out string? error);

    /// <summary>What is wrong, one sentence each.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>A text with tokens, whose form is checked as far as it is known.</summary>
    /// <param name="property">The attribute's property.</param>
    /// <param name="text">What it says; null when it is not set.</param>
    /// <param name="refusal">What is wrong with the text of an invocation, or null.</param>
    internal OutputText? Text(string property, string? text, Func<string, string?> refusal)
    {
        if (Read(property, text, tokens) is not { } read)
        {
            return null;
        }

        if (refusal(read.Fill(static _ => Sample)) is { } wrong)
        {
            Errors.Add($"{property}: {wrong}");
        }

        return read;
    }

    /// <summary>A value without tokens.</summary>
    internal T? Value<T>(string property, string? text, TryParse<T> parse)
    {
        if (Read(property, text, null) is not { } read)
        {
            return default;
        }

        if (!parse(read.Fill(static token => token), out T value, out string? error))
        {
            Errors.Add($"{property}: {error}");
        }

        return value;
    }

    internal TimeSpan? Duration(string property, string? text, TimeSpan minimum) => text is null ? null : Value<TimeSpan>(property, text, (string read, out TimeSpan value, out string? error) =>
    {
        if (QStashDuration.TryParse(read, out value, out error) && value < minimum)
        {
            error = $"it must be at least {QStashDuration.Format(minimum)}";
        }

        return error is null;
    });

    internal HttpMethod? Method(string property, string? text) => Value<HttpMethod>(property, text, static (string read, out HttpMethod value, out string? error) =>
    {
        error = IsMethod(read) ? null : $"'{read}' is not one of {string.Join(", ", Methods)}";
        value = error is null ? new HttpMethod(read.ToUpperInvariant()) : HttpMethod.Post;
        return error is null;
    });

    internal static bool IsMethod(string? text) => Methods.Contains(text, StringComparer.OrdinalIgnoreCase);

    internal string? ContentType(string property, string? text) => Value<string>(property, text, static (string read, out string value, out string? error) =>
    {
        value = read;
        error = MediaTypeHeaderValue.TryParse(read, out _) ? null : $"'{read}' is not a content type, such as application/json";
        return error is null;
    });

    private OutputText? Read(string property, string? text, IReadOnlyCollection<string>? allowed)
    {
        if (text is null)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            Errors.Add($"{property}: it is empty; write a value, or leave it out");
            return null;
        }

        try
        {
            return OutputText.Parse(text, configuration, allowed);
        }
        catch (FormatException wrong)
        {
            Errors.Add($"{property}: {wrong.Message}");
            return null;
        }
    }
}
