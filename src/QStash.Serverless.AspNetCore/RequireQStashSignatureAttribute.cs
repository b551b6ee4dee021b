using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;

namespace QStash.Serverless.AspNetCore;

/// <summary>
/// Runs an MVC action, or every action of a controller, only for requests that QStash is proven to have sent, before model binding; the body stays
/// readable. Others get 401. Unless the action or its controller asks for authorization itself, it becomes anonymous, also under a fallback policy;
/// it needs no antiforgery token.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireQStashSignatureAttribute : Attribute, IAsyncResourceFilter, IActionModelConvention, IControllerModelConvention
{
    /// <inheritdoc/>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (await QStashSignatureCheck.PassesAsync(context.HttpContext).ConfigureAwait(false))
        {
            await next().ConfigureAwait(false);
        }
        else
        {
            context.Result = new EmptyResult();
        }
    }

    void IActionModelConvention.Apply(ActionModel action) => Exempt(action);

    void IControllerModelConvention.Apply(ControllerModel controller)
    {
        foreach (ActionModel action in controller.Actions)
        {
            Exempt(action);
        }
    }

    private static void Exempt(ActionModel action)
    {
        action.Filters.Add(new IgnoreAntiforgeryTokenAttribute());
        if (action.Attributes.Any(QStashEndpoints.AsksForAuthorization) || action.Controller.Attributes.Any(QStashEndpoints.AsksForAuthorization))
        {
            return;
        }

        foreach (SelectorModel selector in action.Selectors)
        {
            selector.EndpointMetadata.Add(new AllowAnonymousAttribute());
        }
    }
}
