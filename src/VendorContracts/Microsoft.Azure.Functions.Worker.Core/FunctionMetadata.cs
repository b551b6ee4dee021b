// Microsoft.Azure.Functions.Worker.Core 2.52.0, https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

public interface IFunctionMetadata
{
    string? FunctionId { get; }

    bool IsProxy { get; }

    string? Language { get; }

    bool ManagedDependencyEnabled { get; }

    string? Name { get; }

    string? EntryPoint { get; }

    IList<string>? RawBindings { get; }

    string? ScriptFile { get; }

    IRetryOptions? Retry { get; }
}

public interface IRetryOptions
{
    int MaxRetryCount { get; }

    TimeSpan? DelayInterval { get; }

    TimeSpan? MinimumInterval { get; }

    TimeSpan? MaximumInterval { get; }

    RetryStrategy? Strategy { get; }
}

public enum RetryStrategy
{
    ExponentialBackoff,
    FixedDelay,
}

public interface IFunctionMetadataProvider
{
    Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory);
}

public interface IFunctionMetadataManager
{
    Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory);
}

public interface IFunctionMetadataTransformer
{
    string Name { get; }

    void Transform(IList<IFunctionMetadata> original);
}
