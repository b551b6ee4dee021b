using Microsoft.AspNetCore.Http;

namespace QStash.Serverless.AspNetCore;

/// <summary>Lets a request pass to an existing endpoint only if QStash sent it, and hands the body on, rewound.</summary>
internal static class QStashSignatureCheck
{
    internal static async Task<bool> PassesAsync(HttpContext context)
    {
        DeliveryEngine engine = QStashEndpoints.Engine(context.RequestServices, "RequireQStashSignature");
        string route = context.GetEndpoint()?.DisplayName ?? context.Request.Path;
        DeliveryVerification verification = await engine.VerifyAsync(AspNetCoreDeliveries.Read(context), route, context.RequestAborted).ConfigureAwait(false);
        if (!verification.IsVerified)
        {
            await AspNetCoreDeliveries.WriteAsync(context, verification.Refusal).ConfigureAwait(false);
            return false;
        }

        QStashDelivery delivery = verification.Delivery;
        context.Features.Set(delivery);
        MemoryStream body = new(delivery.RawBody.ToArray(), writable: false);
        context.Response.RegisterForDispose(body);
        context.Request.Body = body;
        return true;
    }
}
