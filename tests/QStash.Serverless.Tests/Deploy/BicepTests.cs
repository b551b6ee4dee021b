using System.Text.RegularExpressions;

namespace QStash.Serverless.Tests.Deploy;

/// <summary>The Bicep file by its text: no compiler of Bicep can be had where this repository is built.</summary>
public sealed partial class BicepTests
{
    private static readonly string s_text = DeployFiles.Text(DeployFiles.Bicep);

    [Fact]
    public void Names_AreDeclaredOnceAndUsed()
    {
        string[] names = [.. Declaration().Matches(s_text).Select(static match => match.Groups[1].Value)];

        Assert.Equal(names.Distinct(), names);
        Assert.All(
            names.Except(["settings", "packageContainer"]),                            // nothing needs these two
            static name => Assert.True(Regex.Count(Code(), $@"\b{name}\b") > 1, name));
    }

    [Fact]
    public void Secrets_AreReferencesToTheVault()
    {
        string[] settings = [.. Setting().Matches(s_text).Select(static match => $"{match.Groups[1].Value}={match.Groups[2].Value}")];

        Assert.Equal(
            [
                "QSTASH_APP=app",
                "QSTASH_ENV=env",
                "QSTASH_URL=qstashUrl",
                "QSTASH_PUBLIC_BASE_URL=baseUrl",
                "QSTASH_TOKEN='@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-token)'",
                "QSTASH_CURRENT_SIGNING_KEY='@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-current-signing-key)'",
                "QSTASH_NEXT_SIGNING_KEY='@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-next-signing-key)'",
            ],
            settings);
    }

    [Fact]
    public void Settings_ComeAfterTheRightToReadTheVault() =>
        Assert.Matches(@"(?s)resource settings .*dependsOn: \[\s+ownsBlobs\s+readsSecrets\s+\]", s_text);

    [Fact]
    public void App_RunsThisRuntimeOnFlexConsumption()
    {
        Assert.Matches(@"runtime: \{\s+name: 'dotnet-isolated'\s+version: '10\.0'\s+\}", s_text);
        Assert.Matches(@"sku: \{\s+tier: 'FlexConsumption'\s+name: 'FC1'\s+\}", s_text);
    }

    /// <summary>What is not a comment or a description.</summary>
    private static string Code() => NoCode().Replace(s_text, "");

    [GeneratedRegex(@"(?m)^(?:param|var|resource) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?m)^    (QSTASH_\w+): (.+)$")]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?m)^(?://|@description).*$")]
    private static partial Regex NoCode();
}
