namespace QStash.Serverless.Tests.Signature;

/// <summary>Which keys count: configured ones, checked before the app receives, by region where there are several.</summary>
public sealed class SigningKeyTests
{
    private const string Eu1 = "sig_EuropeCurrent3456789abcdefXY";
    private const string Eu2 = "sig_EuropeNext123456789abcdefXYZ";
    private const string Us1 = "sig_AmericaCurrent456789abcdefXY";
    private const string Us2 = "sig_AmericaNext23456789abcdefXYZ";

    public static TheoryData<string, string> Positions()
    {
        TheoryData<string, string> positions = [];
        foreach (string name in new[]
        {
            "QStash:CurrentSigningKey", "QStash:NextSigningKey", "QStash:OtherSigningKeys:0", "QStash:Regions:EU_CENTRAL_1:CurrentSigningKey", "QStash:Regions:US_EAST_1:NextSigningKey",
            "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY", "EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY", "US_EAST_1_QSTASH_CURRENT_SIGNING_KEY",
        })
        {
            positions.Add(name, "");
            positions.Add(name, "  ");
            positions.Add(name, "sig_short");
            positions.Add(name, Receiving.Current + "\n");
            positions.Add(name, "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r");
            positions.Add(name, "sig_7W3ZNbfKWk5NWwEs3U4ixuQ7fxwE");
        }

        return positions;
    }

    [Fact]
    public async Task KeyThatMatchedLast_IsTriedFirstAndTheOthersStayInForce()
    {
        const string Other = "sig_ReceivingOther456789abcdefXY";
        await using Receiving app = new(code: static options => options.OtherSigningKeys = [Other]);
        string[] signers = [Receiving.Current, Receiving.Next, Receiving.Next, Other, Other, Receiving.Next, Receiving.Current, Receiving.Current, Other];
        List<int> tried = [];

        foreach (string signer in signers)
        {
            SignatureVerdict verdict = await app.VerifyAsync(Receiving.Sign(signer));
            Assert.True(verdict.IsValid);
            tried.Add(verdict.KeysTried);
        }

        Assert.Equal([1, 2, 1, 3, 1, 3, 2, 1, 3], tried);
        Assert.Equal(SignatureFailure.WrongKey, (await app.VerifyAsync(Receiving.Sign("sig_ReceivingForeign6789abcdefXY"))).Failure);
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task UnusableKeyInAnyPosition_TheAppDoesNotStartAndSaysWhy(string name, string key)
    {
        Dictionary<string, string?> settings = new()
        {
            ["QSTASH_CURRENT_SIGNING_KEY"] = Receiving.Current,
            ["QSTASH_NEXT_SIGNING_KEY"] = Receiving.Next,
            ["EU_CENTRAL_1_QSTASH_CURRENT_SIGNING_KEY"] = Eu1,
            ["EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY"] = Eu2,
            ["US_EAST_1_QSTASH_CURRENT_SIGNING_KEY"] = Us1,
            ["US_EAST_1_QSTASH_NEXT_SIGNING_KEY"] = Us2,
        };
        await using (Receiving good = new(settings))
        {
            await good.StartAsync();
        }

        settings[name] = key;
        await using Receiving app = new(settings);

        InvalidOperationException exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(app.StartAsync);

        string expected = key.Trim().Length == 0 ? "empty or blank" : key.Length < 16 ? "shorter than 16" : key.Contains('\n', StringComparison.Ordinal) ? "white space" : "published development keys";
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Receiving.Current, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoKeys_TheAppDoesNotStartAndIsToldWhatToSet()
    {
        await using Receiving app = new([]);

        InvalidOperationException exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(app.StartAsync);

        Assert.All(new[] { "QStash:CurrentSigningKey", "QStash:NextSigningKey", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY" }, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
        Assert.Equal(503, await app.DeliverAsync(Receiving.Url, Receiving.Url));
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    [InlineData("Staging", false)]
    public async Task PublishedDevelopmentKeys_CountInDevelopmentOnly(string environment, bool isUsable)
    {
        const string DevKey = "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs";
        await using Receiving app = new(new() { ["QStash:CurrentSigningKey"] = DevKey }, environment: environment);

        if (isUsable)
        {
            await app.StartAsync();
            Assert.True((await app.VerifyAsync(Receiving.Sign(DevKey))).IsValid);
        }
        else
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(app.StartAsync);
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.VerifyAsync(Receiving.Sign(DevKey)));
        }
    }

    [Theory]
    [InlineData("sig_7GVPjvuwsfqF65iC8fSrs1dfYruM")]
    [InlineData("")]
    [InlineData("sig_short")]
    public async Task UnusableKeyFromASourceOfTheAppsOwn_IsRefusedToo(string key)
    {
        await using Receiving app = new([], build: builder => builder.UseSigningKeys(new DrivenKeys { Keys = [Receiving.Current, key] }));

        await Assert.ThrowsAnyAsync<InvalidOperationException>(app.StartAsync);
    }

    [Fact]
    public async Task CodeWithoutAHost_RefusesPublishedDevelopmentKeys()
    {
        QStashReceiver receiver = new(new QStashReceiverOptions { CurrentSigningKey = "sig_7RvLjqfZBvP5KEUimQCE1pvpLuou" });

        InvalidOperationException exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => receiver.VerifyAsync(Receiving.Sign(Receiving.Current), default, Receiving.Url).AsTask());

        Assert.Contains("Development", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Eu1, "EU-CENTRAL-1", 1)]
    [InlineData(Eu2, "eu_central_1", 2)]
    [InlineData(Us1, "us-east-1", 1)]
    [InlineData(Us2, "US_EAST_1", 2)]
    public async Task RegionsKeys_AreTriedForTheRegionsDeliveries(string key, string region, int keysTried)
    {
        await using Receiving app = BothRegions();

        Assert.Equal(new SignatureVerdict(SignatureFailure.None, keysTried, Receiving.Url), await app.VerifyAsync(Receiving.Sign(key), region));
    }

    [Theory]
    [InlineData(Eu1, "US-EAST-1")]
    [InlineData(Us2, "EU-CENTRAL-1")]
    [InlineData(Eu1, null)]
    [InlineData(Eu1, "MARS-1")]
    [InlineData(Receiving.Current, "EU-CENTRAL-1")]
    public async Task KeysOfAnotherRegion_AreNotTried(string key, string? region)
    {
        await using Receiving app = BothRegions();

        Assert.Equal(SignatureFailure.WrongKey, (await app.VerifyAsync(Receiving.Sign(key), region)).Failure);
    }

    [Theory]
    [InlineData("CurrentSigningKey")]
    [InlineData("NextSigningKey")]
    public async Task RegionWithOneKey_ThatKeyAndNoOtherIsTried(string position)
    {
        await using Receiving app = new(new() { ["QStash:CurrentSigningKey"] = Receiving.Current, [$"QStash:Regions:EU_CENTRAL_1:{position}"] = Eu1 });

        await app.StartAsync();

        Assert.True((await app.VerifyAsync(Receiving.Sign(Eu1), "EU-CENTRAL-1")).IsValid);
        Assert.Equal(SignatureFailure.WrongKey, (await app.VerifyAsync(Receiving.Sign(Receiving.Current), "EU-CENTRAL-1")).Failure);
        Assert.True((await app.VerifyAsync(Receiving.Sign(Receiving.Current), "US-EAST-1")).IsValid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("MARS-1")]
    [InlineData("")]
    public async Task UnknownRegion_FallsBackToTheKeysOfNoRegion(string? region)
    {
        await using Receiving app = BothRegions();

        Assert.True((await app.VerifyAsync(Receiving.Sign(Receiving.Next), region)).IsValid);
    }

    [Fact]
    public async Task OnlyRegionsHaveKeys_ADeliveryWithoutRegionMayComeFromAny()
    {
        await using Receiving app = new(new()
        {
            ["EU_CENTRAL_1_QSTASH_CURRENT_SIGNING_KEY"] = Eu1,
            ["EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY"] = Eu2,
            ["US_EAST_1_QSTASH_CURRENT_SIGNING_KEY"] = Us1,
            ["US_EAST_1_QSTASH_NEXT_SIGNING_KEY"] = Us2,
        });

        await app.StartAsync();

        foreach (string key in new[] { Eu1, Eu2, Us1, Us2 })
        {
            Assert.True((await app.VerifyAsync(Receiving.Sign(key))).IsValid);
        }
    }

    private static Receiving BothRegions() => new(new()
    {
        ["QStash:CurrentSigningKey"] = Receiving.Current,
        ["QStash:NextSigningKey"] = Receiving.Next,
        ["QStash:Regions:EU_CENTRAL_1:CurrentSigningKey"] = Eu1,
        ["QStash:Regions:EU_CENTRAL_1:NextSigningKey"] = Eu2,
        ["US_EAST_1_QSTASH_CURRENT_SIGNING_KEY"] = Us1,
        ["US_EAST_1_QSTASH_NEXT_SIGNING_KEY"] = Us2,
    });
}
