using System.Collections;
using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace QStash.Serverless.AzureFunctions;

/// <summary>One invocation.</summary>
internal sealed class HarnessContext(HarnessDefinition definition, IServiceProvider services, IReadOnlyDictionary<string, object?> bindingData, CancellationToken cancellationToken) : FunctionContext
{
    /// <summary>What inputs have become, by binding: the worker converts each once.</summary>
    internal Dictionary<string, ConversionResult> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>What the trigger brings.</summary>
    internal object? Trigger { get; set; }

    internal HarnessDefinition Definition => definition;

    internal object? Returned { get; set; }

    internal Dictionary<string, object?> Outputs { get; } = new(StringComparer.Ordinal);

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => definition.Id;

    public override TraceContext TraceContext { get; } = new NoTrace();

    public override BindingContext BindingContext { get; } = new Data(bindingData);

    public override RetryContext RetryContext { get; } = new NoRetry();

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new FeatureSet();

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    private sealed class Data(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class NoTrace : TraceContext
    {
        public override string TraceParent => "";

        public override string TraceState => "";
    }

    private sealed class NoRetry : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    private sealed class FeatureSet : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance) => _features[typeof(T)] = instance!;

        public T? Get<T>() => (T?)_features.GetValueOrDefault(typeof(T));

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>A function as the host loads it into the worker: from its rewritten bindings.</summary>
internal sealed class HarnessDefinition : FunctionDefinition
{
    internal HarnessDefinition(HarnessMetadata metadata)
    {
        Metadata = metadata;
        RawBinding[] bindings = [.. metadata.RawBindings.Select(RawBinding.Parse)];
        Http = Array.Find(bindings, static binding => binding.IsHttpTrigger);
        InputBindings = bindings.Where(static binding => !binding.IsOutput).ToImmutableDictionary(static binding => binding.Name, static binding => (BindingMetadata)new Binding(binding));
        OutputBindings = bindings.Where(static binding => binding.IsOutput).ToImmutableDictionary(static binding => binding.Name, static binding => (BindingMetadata)new Binding(binding));
        TriggerName = Array.Find(bindings, static binding => binding.IsTrigger)?.Name;
        Parameters = [.. metadata.Method.GetParameters().Select(static parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType, parameter.HasDefaultValue, parameter.DefaultValue))];
    }

    internal HarnessMetadata Metadata { get; }

    internal RawBinding? Http { get; }

    internal string? TriggerName { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly => Metadata.ScriptFile!;

    public override string EntryPoint => Metadata.EntryPoint!;

    public override string Id => Metadata.FunctionId;

    public override string Name => Metadata.Name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    private sealed class Binding(RawBinding binding) : BindingMetadata
    {
        public override string Name => binding.Name;

        public override string Type => binding.Type;

        public override BindingDirection Direction => binding.IsOutput ? BindingDirection.Out : BindingDirection.In;
    }
}
