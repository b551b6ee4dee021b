using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.AzureFunctions;

/// <summary>What a function publishes: its return value, or properties of the class it returns, in the order of their declaration.</summary>
internal sealed class FunctionOutputs
{
    /// <summary>The name of the output that is the return value itself.</summary>
    private const string ReturnValue = "return";

    private readonly string _function;
    private readonly IReadOnlyList<FunctionOutput> _outputs;

    private FunctionOutputs(string function, IReadOnlyList<FunctionOutput> outputs)
    {
        _function = function;
        _outputs = outputs;
    }

    /// <summary>Whether the function publishes nothing.</summary>
    internal bool IsEmpty => _outputs.Count == 0;

    /// <summary>Whether the return value itself is what is published.</summary>
    internal bool IsReturnValue => _outputs is [{ PropertyName: null }];

    /// <summary>The properties that are published.</summary>
    internal IReadOnlyCollection<string> PropertyNames => [.. _outputs.Select(static output => output.PropertyName).OfType<string>()];

    /// <summary>Reads the outputs of a function, and refuses what could never be published.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="method">The function's method.</param>
    /// <param name="route">The template of its HTTP or QStash trigger's route; null without one.</param>
    /// <param name="hasDelivery">Whether a QStash trigger runs it.</param>
    /// <param name="services">The app's services.</param>
    /// <exception cref="InvalidOperationException">An output is declared wrongly; the text names the function, the output and what to change.</exception>
    internal static FunctionOutputs Of(string function, MethodInfo method, string? route, bool hasDelivery, IServiceProvider services)
    {
        Type returned = Returned(method.ReturnType);
        List<(QStashOutputAttribute Attribute, PropertyInfo? Property)> declared = [];
        if (method.GetCustomAttribute<QStashOutputAttribute>() is { } onMethod)
        {
            declared.Add((onMethod, null));
        }

        foreach (PropertyInfo property in Properties(returned))
        {
            if (property.GetCustomAttribute<QStashOutputAttribute>() is { } onProperty)
            {
                declared.Add((onProperty, property));
            }
        }

        if (declared.Count == 0)
        {
            return new FunctionOutputs(function, []);
        }

        IConfiguration configuration = services.GetRequiredService<IConfiguration>();
        IReadOnlyCollection<string> tokens = OutputTokens.Of(route, hasDelivery);
        FunctionOutput[] outputs = [.. declared.Select(output => new FunctionOutput(output.Property?.Name ?? ReturnValue, output.Property, output.Property?.PropertyType ?? returned, output.Attribute, configuration, tokens))];
        Check(function, returned, outputs, services);
        return new FunctionOutputs(function, outputs);
    }

    /// <summary>The messages of an invocation, in the order in which they are published.</summary>
    /// <param name="returned">What the function returned, awaited; of a result with a value its value.</param>
    /// <param name="delivery">The delivery that ran the function; null with another trigger.</param>
    /// <param name="routeValues">The values of the route's parameters.</param>
    /// <exception cref="InvalidOperationException">The text of a destination or an option comes out wrong in this invocation, or a value cannot be read.</exception>
    internal IReadOnlyList<QStashMessage> Collect(object? returned, QStashDelivery? delivery, IReadOnlyDictionary<string, string> routeValues)
    {
        List<QStashMessage> messages = [];
        foreach (FunctionOutput output in _outputs)
        {
            try
            {
                messages.AddRange(output.Messages(returned, token => OutputTokens.Value(token, delivery, routeValues) is { Length: > 0 } value
                    ? value
                    : throw new InvalidOperationException($"the token '{{{token}}}' has no value in this invocation")));
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException)
            {
                throw new InvalidOperationException($"Function '{_function}', output '{output.Name}': {exception.Message}", exception);
            }
        }

        return messages;
    }

    /// <summary>Publishes the messages of a function that no delivery ran, in order.</summary>
    /// <exception cref="InvalidOperationException">One could not be published; those before it were.</exception>
    internal static async Task PublishAsync(string function, IReadOnlyList<QStashMessage> messages, IServiceProvider services, CancellationToken cancellationToken)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            QStashMessage message = messages[i];
            try
            {
                await OutgoingMessages.PublisherOf(message, services).PublishAsync(message, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever a publisher throws: the function has not done what it declares.
                throw new InvalidOperationException($"Function '{function}', output '{message.Output?.Name}': message {i + 1} of {messages.Count} could not be published, so the function failed: {exception.Message}", exception);
            }
        }
    }

    private static void Check(string function, Type returned, FunctionOutput[] outputs, IServiceProvider services)
    {
        List<string> errors = [];
        if (outputs.Length > 1 && outputs[0].PropertyName is null)
        {
            errors.Add($"Function '{function}': [QStashOutput] is on the method and on properties of {returned.Name}; choose one of them.");
        }

        foreach (FunctionOutput output in outputs)
        {
            CheckServices(output, services);
            if (output.PropertyName is null && FunctionAnswer.IsHttpResponse(returned))
            {
                output.Errors.Insert(0, $"the return value is the HTTP response; return a class with the response, marked [HttpResult], and the output in properties");
            }

            errors.AddRange(output.Errors.Select(error => $"Function '{function}', output '{output.Name}': {error}."));
        }

        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
        }
    }

    private static void CheckServices(FunctionOutput output, IServiceProvider services)
    {
        if (output.Connection is null && services.GetService<IServiceProviderIsService>()?.IsService(typeof(IQStashPublisher)) == false)
        {
            output.Errors.Add("there is no IQStashPublisher to publish with; call AddQStash().AddClient()");
        }
        else if (!string.IsNullOrWhiteSpace(output.Connection) && services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IQStashPublisher), output.Connection) == false)
        {
            output.Errors.Add($"Connection: nothing is registered as '{output.Connection}'; call AddQStash().AddClient(\"{output.Connection}\") and fill the configuration section {output.Connection} (Url, Token)");
        }

        try
        {
            if (output.Json is { } type)
            {
                services.GetRequiredService<QStashJson>().GetTypeInfo(type);
            }
        }
        catch (InvalidOperationException unknown)
        {
            output.Errors.Add(unknown.Message.TrimEnd('.'));
        }
    }

    /// <summary>What a method returns in the end; the body of a <see cref="QStashResult"/> can be anything.</summary>
    private static Type Returned(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>) || definition == typeof(QStashResult<>))
            ? Returned(type.GetGenericArguments()[0])
            : type == typeof(Task) || type == typeof(ValueTask) ? typeof(void)
            : type == typeof(QStashResult) ? typeof(object)
            : type;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The properties of what an app's own functions return; a function app cannot be trimmed, the worker finds functions by reflection.")]
    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
}
