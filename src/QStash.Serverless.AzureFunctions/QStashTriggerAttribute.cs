using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Runs the function for each verified QStash delivery to its route; <c>UseQStash()</c> must have been called on the worker's builder. The parameter is a
/// <see cref="QStashDelivery{T}"/>, a <see cref="QStashDelivery"/> for bodies without meaning, the payload itself (any type with JSON metadata, or
/// <see cref="QStashCallback"/>), <see cref="string"/>, <see cref="byte"/>[] or <see cref="ReadOnlyMemory{T}"/> of bytes. What the function returns is the
/// answer: a <see cref="QStashResult"/>, a <see cref="QStashResult{T}"/>, an object with output properties and one property of those types, or any other
/// value, which becomes the response body of a success.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
[InputConverter(typeof(QStashTriggerConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Disallow)]
public sealed class QStashTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The function's name is its route.</summary>
    public QStashTriggerAttribute()
    {
    }

    /// <summary>A route of its own.</summary>
    /// <param name="route">The template, such as <c>orders/{id}/placed</c>, below the route prefix of host.json, which is <c>api</c> unless set.</param>
    public QStashTriggerAttribute(string route) => Route = route;

    /// <summary>The route template; null for the function's name. Its values are in <see cref="QStashDelivery.RouteValues"/>, and parameters of their names get them.</summary>
    public string? Route { get; }

    /// <summary>The HTTP methods; <c>POST</c> when null.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "Attribute arguments can be arrays and nothing else that holds several.")]
    public string[]? Methods { get; set; }

    /// <summary>
    /// Whether Azure Functions asks for a key besides. <see cref="AuthorizationLevel.Anonymous"/> unless set: the signature is the authentication. With
    /// <see cref="AuthorizationLevel.Function"/> QStash must call the URL with its <c>?code=</c>.
    /// </summary>
    public AuthorizationLevel AuthLevel { get; set; } = AuthorizationLevel.Anonymous;
}
