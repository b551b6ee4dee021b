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
        Check(options) is { } wrong ? ValidateOptionsResult.Fail(wrong) :
        SignedUrl.TryParseBaseUrls(options.PublicBaseUrl, out _, out string? error) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(error!);

    /// <summary>What is wrong with the options that verify signatures, or null.</summary>
    internal static string? Check(QStashReceiverOptions options) =>
        options.ClockSkew < TimeSpan.Zero || options.ClockSkew > s_maxClockSkew ? $"QStash:ClockSkew is {options.ClockSkew}; it must lie between 00:00:00 and 00:05:00."
        : options.Regions.Keys.Except(QStashRegions.All, StringComparer.Ordinal).FirstOrDefault() is { } region ? $"QStash:Regions has '{region}', which is no region of QStash; write {string.Join(" or ", QStashRegions.All)}."
        : null;
}
