namespace QStash.Serverless;

/// <summary>What surrounds handlers: middleware in registration order, and what exceptions become.</summary>
internal sealed class QStashPipelineOptions
{
    internal List<Func<IServiceProvider, IQStashMiddleware>> Middleware { get; } = [];

    internal Dictionary<Type, Func<Exception, QStashResult>> Exceptions { get; } = [];

    /// <summary>What an exception is mapped to: the mapping of its own type, else of the nearest base type.</summary>
    internal QStashResult? Map(Exception exception)
    {
        for (Type? type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (Exceptions.TryGetValue(type, out Func<Exception, QStashResult>? map))
            {
                return map(exception);
            }
        }

        return null;
    }
}
