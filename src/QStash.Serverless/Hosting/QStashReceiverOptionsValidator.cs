using Microsoft.Extensions.Options;

namespace QStash.Serverless;

/// <summary>Checks the annotations of <see cref="QStashReceiverOptions"/>; generated at compile time.</summary>
[OptionsValidator]
internal sealed partial class QStashReceiverOptionsValidator : IValidateOptions<QStashReceiverOptions>;

/// <summary>Checks what annotations cannot say.</summary>
internal sealed class ReceiverRules : IValidateOptions<QStashReceiverOptions>
{
    private static readonly TimeSpan s_maxClockSkew = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, QStashReceiverOptions options) =>
        CheckClockSkew(options.ClockSkew) is { } skewError ? ValidateOptionsResult.Fail(skewError) :
        SignedUrl.TryParseBaseUrls(options.PublicBaseUrl, out _, out string? error) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(error!);

    /// <summary>What is wrong with a clock skew, or null.</summary>
    internal static string? CheckClockSkew(TimeSpan skew) =>
        skew < TimeSpan.Zero || skew > s_maxClockSkew ? $"QStash:ClockSkew is {skew}; it must lie between 00:00:00 and 00:05:00." : null;
}
