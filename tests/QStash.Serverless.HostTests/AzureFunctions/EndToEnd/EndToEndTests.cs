using Microsoft.Azure.Functions.Worker;

namespace QStash.Serverless.HostTests.AzureFunctions.EndToEnd;

/// <summary>Local QStash, HTTP, function, [QStashOutput], local QStash, second function.</summary>
public sealed class EndToEndTests
{
    private static readonly TimeSpan s_fiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Order_is_followed_by_its_receipt_which_is_out_before_the_order_is_answered()
    {
        await using Shop shop = await Shop.OpenAsync();

        await shop.OrderAsync(new("o-1", 42.5m), s_fiveMinutes);

        Assert.Equal(["order o-1 in eu, attempt 1", "receipt o-1 in eu"], shop.Seen.Lines);
        Assert.Equal("o-1: 42.5", Assert.Single(shop.Audit.Messages).Text);
        string[] events = [.. await shop.EventsAsync("CREATED", "DELIVERED")];
        Assert.Equal(["CREATED /api/orders/eu", "CREATED /api/receipts/eu", "DELIVERED /api/orders/eu", "DELIVERED /api/receipts/eu"], events.Order());
        Assert.True(Array.IndexOf(events, "CREATED /api/receipts/eu") < Array.IndexOf(events, "DELIVERED /api/orders/eu"), string.Join(", ", events));
    }

    [Fact]
    public async Task Failure_that_passes_is_retried_and_publishes_once()
    {
        await using Shop shop = await Shop.OpenAsync();

        await shop.OrderAsync(new("passing", 1), s_fiveMinutes);
        string[] before = [.. shop.Seen.Lines];
        await shop.QStash.AdvanceAsync(s_fiveMinutes);

        Assert.Equal(["order passing in eu, attempt 1"], before);
        Assert.Equal(["order passing in eu, attempt 1", "order passing in eu, attempt 2", "receipt passing in eu"], shop.Seen.Lines);
        Assert.Equal(["ERROR /api/orders/eu 500"], await shop.EventsAsync("ERROR"));
        Assert.Single(shop.Audit.Messages);
    }

    [Fact]
    public async Task Refused_order_is_dead_lettered_at_once_and_publishes_nothing()
    {
        await using Shop shop = await Shop.OpenAsync();

        string messageId = await shop.OrderAsync(new("o-1", -1), s_fiveMinutes);
        await shop.QStash.AdvanceAsync(s_fiveMinutes);

        Assert.Equal(["order o-1 in eu, attempt 1"], shop.Seen.Lines);
        Assert.Equal([(messageId, 489, "a negative total")], await shop.DeadLettersAsync());
        Assert.Empty(shop.Audit.Messages);
    }

    [Theory]
    [InlineData(5, 1)]  // within QStash's 10 minutes: the receipt of the first attempt counts
    [InlineData(11, 2)] // beyond them: at least once
    public async Task Redelivery_publishes_again_what_QStash_no_longer_remembers(int minutes, int receipts)
    {
        await using Shop shop = await Shop.OpenAsync();
        shop.Audit.FailNext(new HttpRequestException("The audit account is down."));

        await shop.OrderAsync(new("o-1", 42.5m), TimeSpan.FromMinutes(minutes));
        string[] before = [.. shop.Seen.Lines];
        await shop.QStash.AdvanceAsync(TimeSpan.FromMinutes(minutes));

        // The receipt was out when the second output failed; both of the delivery's attempts publish it, under the same id.
        Assert.Equal(["order o-1 in eu, attempt 1", "receipt o-1 in eu"], before);
        Assert.Equal(receipts, shop.Seen.Lines.Count(static line => line == "receipt o-1 in eu"));
        Assert.Equal(2, shop.Seen.Lines.Count(static line => line.StartsWith("order", StringComparison.Ordinal)));
        Assert.Single(shop.Audit.Messages);
        Assert.Equal(["ERROR /api/orders/eu 500"], await shop.EventsAsync("ERROR"));
        Assert.Empty(await shop.DeadLettersAsync());
    }

    [Fact]
    public async Task Timer_publishes_to_a_function()
    {
        await using Shop shop = await Shop.OpenAsync();

        await shop.Functions.InvokeAsync("close-day", new TimerInfo());
        await shop.QStash.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["receipt first in eu", "receipt second in eu"], shop.Seen.Lines.Order());
    }

    [Fact]
    public async Task Nothing_that_was_logged_is_secret()
    {
        await using Shop shop = await Shop.OpenAsync();
        shop.Audit.FailNext(new HttpRequestException("The audit account is down."));

        await shop.OrderAsync(new("o-1", 42.5m), s_fiveMinutes);

        string[] secrets = [shop.QStash.Token, shop.QStash.CurrentSigningKey, "42.5"];
        Assert.Contains(shop.Logs.Lines, static line => line.Id.Name == "OutputFailed");
        Assert.DoesNotContain(shop.Logs.Lines, line => secrets.Any(secret => line.Text.Contains(secret, StringComparison.Ordinal)));
    }
}
