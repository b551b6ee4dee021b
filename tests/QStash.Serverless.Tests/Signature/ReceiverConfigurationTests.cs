using Microsoft.Extensions.Options;

namespace QStash.Serverless.Tests.Signature;

/// <summary>Where settings come from, which wins, and what a bad one says.</summary>
public sealed class ReceiverConfigurationTests
{
    [Fact]
    public async Task EverySource_CodeBeatsSectionBeatsVariables()
    {
        Dictionary<string, string?> settings = new()
        {
            ["QSTASH_CURRENT_SIGNING_KEY"] = "variable current",
            ["QSTASH_NEXT_SIGNING_KEY"] = "variable next",
            ["QSTASH_PUBLIC_BASE_URL"] = "https://variable.example",
            ["QStash:CurrentSigningKey"] = "section current",
            ["QStash:PublicBaseUrl"] = "https://section.example",
        };
        await using Receiving app = new(settings, static options => options.PublicBaseUrl = "https://code.example");

        Assert.Equal(("section current", "variable next", "https://code.example"), (app.Options.CurrentSigningKey, app.Options.NextSigningKey, app.Options.PublicBaseUrl));
    }

    [Fact]
    public async Task Section_SetsEverything()
    {
        Dictionary<string, string?> settings = new()
        {
            ["QStash:CurrentSigningKey"] = Receiving.Current,
            ["QStash:OtherSigningKeys:0"] = "first",
            ["QStash:OtherSigningKeys:1"] = "second",
            ["QStash:ClockSkew"] = "00:02:00",
            ["QStash:MaxBodyBytes"] = "1000",
            ["QStash:OnUnreadablePayload"] = "retry",
            ["QStash:Regions:EU_CENTRAL_1:CurrentSigningKey"] = "eu current",
            ["EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY"] = "eu next",
            ["US_EAST_1_QSTASH_CURRENT_SIGNING_KEY"] = "us current",
        };
        await using Receiving app = new(settings);
        QStashReceiverOptions options = app.Options;

        Assert.Equal(["first", "second"], options.OtherSigningKeys);
        Assert.Equal((TimeSpan.FromMinutes(2), 1000L, UnreadablePayloadPolicy.Retry), (options.ClockSkew, options.MaxBodyBytes, options.OnUnreadablePayload));
        Assert.Equal(("eu current", "eu next"), (options.Regions["EU_CENTRAL_1"].CurrentSigningKey, options.Regions["EU_CENTRAL_1"].NextSigningKey));
        Assert.Equal(("us current", null), (options.Regions["US_EAST_1"].CurrentSigningKey, options.Regions["US_EAST_1"].NextSigningKey));
    }

    [Theory]
    [InlineData("QStash:ClockSkew", "soon", "QStash:ClockSkew is 'soon', which is not a valid TimeSpan.")]
    [InlineData("QStash:ClockSkew", "00:05:01", "QStash:ClockSkew is 00:05:01; it must lie between 00:00:00 and 00:05:00.")]
    [InlineData("QStash:ClockSkew", "-00:00:01", "QStash:ClockSkew is -00:00:01; it must lie between 00:00:00 and 00:05:00.")]
    [InlineData("QStash:MaxBodyBytes", "4 MB", "QStash:MaxBodyBytes is '4 MB', which is not a valid Int64.")]
    [InlineData("QStash:MaxBodyBytes", "0", "MaxBodyBytes must be between 1 and 1073741824.")]
    [InlineData("QStash:MaxBodyBytes", "1073741825", "MaxBodyBytes must be between 1 and 1073741824.")]
    [InlineData("QStash:MaxBodyBytes", "5000000000", "MaxBodyBytes must be between 1 and 1073741824.")]
    [InlineData("QStash:OnUnreadablePayload", "ignore", "QStash:OnUnreadablePayload is 'ignore', which is not a valid UnreadablePayloadPolicy.")]
    [InlineData("QStash:OnUnreadablePayload", "7", "QStash:OnUnreadablePayload is '7', which is not a valid UnreadablePayloadPolicy.")]
    [InlineData("QStash:Regions:EU-CENTRAL-1:CurrentSigningKey", "sig_EuropeCurrent3456789abcdefXY", "QStash:Regions has 'EU-CENTRAL-1', which is no region of QStash; write EU_CENTRAL_1 or US_EAST_1.")]
    public void BadSetting_IsNamedWithItsRule(string name, string value, string message)
    {
        Receiving app = new(new() { ["QStash:CurrentSigningKey"] = Receiving.Current, [name] = value });

        Exception exception = Assert.ThrowsAny<Exception>(() => app.Options);

        Assert.True(exception is OptionsValidationException or InvalidOperationException, exception.ToString());
        Assert.True(exception.Message.Contains(message, StringComparison.Ordinal), exception.Message);
    }
}
