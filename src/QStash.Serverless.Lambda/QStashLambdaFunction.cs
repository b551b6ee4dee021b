using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.Lambda;

/// <summary>
/// A function of one handler class, whatever path it is called at. Derive from it, and give Lambda a method that passes on what it gets:
/// <c>public Task&lt;Stream&gt; Handle(Stream lambdaEvent, ILambdaContext context) =&gt; HandleAsync(lambdaEvent, context.RemainingTime);</c>.
/// </summary>
/// <typeparam name="T">The payload's type.</typeparam>
/// <typeparam name="THandler">The handler; made once for each delivery, from the delivery's scope.</typeparam>
public abstract class QStashLambdaFunction<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>
    where THandler : class, IQStashHandler<T>
{
    private readonly QStashLambdaHandler _handler;

    /// <summary>Builds the function; Lambda does so once, at its cold start.</summary>
    /// <param name="configure">Adds what the handler needs: services, JSON metadata, the client.</param>
    /// <exception cref="InvalidOperationException">Settings are wrong, there are no signing keys, or no JSON metadata is known for the payload's type.</exception>
    protected QStashLambdaFunction(Action<QStashLambdaBuilder>? configure = null)
    {
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder();
        configure?.Invoke(builder);
        _handler = builder.Map("{*path}", DeliveryRoute.To<T, THandler>(typeof(THandler).Name)).Build();
    }

    /// <inheritdoc cref="QStashLambdaHandler.HandleAsync(Stream, TimeSpan, CancellationToken)"/>
    public Task<Stream> HandleAsync(Stream lambdaEvent, TimeSpan remainingTime, CancellationToken cancellationToken = default) =>
        _handler.HandleAsync(lambdaEvent, remainingTime, cancellationToken);

    /// <inheritdoc cref="QStashLambdaHandler.WarmUpAsync"/>
    public Task WarmUpAsync(CancellationToken cancellationToken = default) => _handler.WarmUpAsync(cancellationToken);
}
