namespace QStash.Serverless;

/// <summary>
/// A step around every handler, in registration order: the first registered is outermost. It sees verified deliveries only, may look at
/// the result, replace it, or catch what the handler throws. Register it with <c>AddQStash().AddMiddleware&lt;T&gt;()</c>.
/// </summary>
public interface IQStashMiddleware
{
    /// <summary>Runs the rest of the pipeline, or answers instead of it.</summary>
    /// <param name="delivery">The delivery; for typed handlers a <see cref="QStashDelivery{T}"/>.</param>
    /// <param name="next">The rest of the pipeline.</param>
    /// <param name="cancellationToken">Fires when QStash or the host no longer waits for the answer.</param>
    Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken);
}

/// <summary>The rest of the pipeline around a handler.</summary>
/// <param name="cancellationToken">Passed on to the handler.</param>
public delegate Task<QStashResult> QStashNext(CancellationToken cancellationToken);
