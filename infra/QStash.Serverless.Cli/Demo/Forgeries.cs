using System.Security.Cryptography;
using System.Text.Json;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Sends requests straight to the app that pretend to come from QStash.</summary>
internal sealed class Forgeries(HttpClient http, string appUrl, DemoJournal journal)
{
    private readonly string _url = $"{appUrl}/orders";

    /// <param name="model">A genuine order; the forgeries look like it, under an id of their own.</param>
    /// <param name="signingKey">The key QStash signs with.</param>
    /// <param name="cancellationToken">Stops waiting for the app.</param>
    public async Task SendAsync(Order model, string signingKey, CancellationToken cancellationToken)
    {
        byte[] order = Body(model with { Id = $"forged-{Guid.NewGuid():N}", Simulate = null });
        string anotherKey = "sig_" + RandomNumberGenerator.GetHexString(28);
        await SendAsync(Forgery.WrongKey, order, new DeliverySigner(anotherKey).Sign(_url, order, journal.Now), cancellationToken);

        Order genuine = model with { Id = $"tampered-{Guid.NewGuid():N}", Simulate = null };
        byte[] tampered = Body(genuine with { Lines = [.. genuine.Lines.Select(static line => line with { UnitPrice = line.UnitPrice + 1 })] });
        await SendAsync(Forgery.TamperedBody, tampered, new DeliverySigner(signingKey).Sign(_url, Body(genuine), journal.Now), cancellationToken);
    }

    private async Task SendAsync(Forgery forgery, byte[] body, string signature, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.Add("Content-Type", "application/json");
        request.Headers.Add("Upstash-Message-Id", $"msg_{RandomNumberGenerator.GetHexString(20)}");
        request.Headers.Add("Upstash-Signature", signature);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        journal.Add(new ForgeryAnswered(journal.Now, forgery, (int)response.StatusCode));
    }

    private static byte[] Body(Order order) => JsonSerializer.SerializeToUtf8Bytes(order, DemoJson.Default.Order);
}
