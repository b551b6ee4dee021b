using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Lambda;

/// <summary>Fills <see cref="QStashLambdaOptions"/> and checks them. Written by hand, so that trimmed functions need no reflection.</summary>
internal sealed class LambdaOptionsRules : IValidateOptions<QStashLambdaOptions>
{
    private static readonly TimeSpan s_maxMargin = TimeSpan.FromMinutes(5);

    internal static void Apply(IConfiguration configuration, QStashLambdaOptions options)
    {
        if (configuration["QStash:Lambda:DeadlineMargin"] is { } text)
        {
            options.DeadlineMargin = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan margin)
                ? margin
                : throw new InvalidOperationException($"QStash:Lambda:DeadlineMargin is '{text}', which is not a valid TimeSpan. Write for example 00:00:02.");
        }
    }

    public ValidateOptionsResult Validate(string? name, QStashLambdaOptions options) =>
        options.DeadlineMargin >= TimeSpan.Zero && options.DeadlineMargin <= s_maxMargin
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"QStash:Lambda:DeadlineMargin is {options.DeadlineMargin}; it must lie between 00:00:00 and 00:05:00.");
}
