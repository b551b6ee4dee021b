using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using QStash.Serverless;
using QStash.Serverless.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Protects endpoints that exist already.</summary>
public static class RequireQStashSignatureExtensions
{
    /// <summary>
    /// Runs the endpoint only for requests that QStash is proven to have sent, before any parameter is bound; the body stays readable. Others get 401.
    /// The signature is the authentication: unless the endpoint asks for authorization itself, it becomes anonymous, also under a fallback policy; it needs
    /// no antiforgery token.
    /// Works on endpoints and on route groups.
    /// </summary>
    public static TBuilder RequireQStashSignature<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint =>
        {
            RequestDelegate next = endpoint.RequestDelegate
                ?? throw new InvalidOperationException($"RequireQStashSignature cannot protect '{endpoint.DisplayName}': it has no request delegate. On MVC controllers use [RequireQStashSignature].");
            QStashEndpoints.Engine(endpoint.ApplicationServices, "RequireQStashSignature()");
            endpoint.RequestDelegate = async context =>
            {
                if (await QStashSignatureCheck.PassesAsync(context).ConfigureAwait(false))
                {
                    await next(context).ConfigureAwait(false);
                }
            };
        });
        builder.Finally(static endpoint =>
        {
            endpoint.Metadata.Add(QStashEndpoints.NoAntiforgery);
            if (!endpoint.Metadata.Any(QStashEndpoints.AsksForAuthorization))
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
        });
        return builder;
    }

    /// <summary>The verified delivery of a request that passed <c>RequireQStashSignature</c>; null for any other request.</summary>
    public static QStashDelivery? GetQStashDelivery(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<QStashDelivery>();
    }
}
