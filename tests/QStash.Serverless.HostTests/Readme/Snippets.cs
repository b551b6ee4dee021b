using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using QStash.Serverless.AspNetCore;
using QStash.Serverless.Client;

namespace QStash.Serverless.HostTests.Readme;

/// <summary>What the README shows and no other file holds whole.</summary>
internal static class Snippets
{
    internal static void Existing(WebApplication app)
    {
        app.MapPost("/existing", (Order order) => Results.Ok(order.Id)).RequireQStashSignature();
    }

    internal static async Task Manage(QStashClient qstash)
    {
        QStashMessage<CloseDay> close = new(Destination.Url("https://shop.example/close"), new CloseDay("EU")) { Options = new() { Retries = 5 } };
        await qstash.Schedules.CreateAsync("CRON_TZ=Europe/Berlin 0 2 * * *", close, scheduleId: "close-day");    // again: replaced, not doubled

        await foreach (DeadLetter letter in qstash.DeadLetters.ListAsync(new() { Urls = ["https://shop.example/orders"] }))
        {
            await qstash.DeadLetters.RetryAsync(letter.DlqId, new() { Retries = 0 });
        }
    }

    internal static async Task<string> Verify(string current, string next, string signature, byte[] body)
    {
        QStashReceiver receiver = new(new QStashReceiverOptions { CurrentSigningKey = current, NextSigningKey = next });
        SignatureVerdict verdict = await receiver.VerifyAsync(signature, body, "https://shop.example/orders");
        if (!verdict.IsValid)
        {
            return $"refused: {verdict.Failure}";
        }

        return "genuine";
    }
}

public sealed record CloseDay(string Region);

[ApiController]
[Route("legacy")]
public sealed class LegacyController : ControllerBase
{
    [HttpPost("orders")]
    [RequireQStashSignature]
    public IActionResult Take(Order order) => Ok(order.Id);
}
