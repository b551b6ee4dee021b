using Amazon.Lambda.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using QStash.Serverless.AspNetCore;

namespace QStash.Serverless.Lambda.AspNetCoreServer;

/// <summary>The Lambda event behind an ASP.NET Core request, read as the function handler reads it. Requests to other endpoints cost nothing.</summary>
internal sealed class LambdaOriginalRequest(Func<LambdaEvent> read, ILambdaContext lambdaContext) : IOriginalRequest
{
    public RawDelivery Read(HttpContext context, IReadOnlyDictionary<string, string> routeValues)
    {
        IServiceProvider services = context.RequestServices;
        TimeSpan margin = (services.GetService<IOptions<QStashLambdaOptions>>()?.Value ?? new QStashLambdaOptions()).DeadlineMargin;
        LambdaDeadline deadline = LambdaDeadline.Start(lambdaContext.RemainingTime, margin, services.GetService<TimeProvider>() ?? TimeProvider.System, context.RequestAborted);
        context.Response.RegisterForDispose(deadline);
        bool isDevelopment = services.GetService<IHostEnvironment>()?.IsDevelopment() == true;
        return read().ToDelivery(isDevelopment, routeValues, deadline);
    }
}
