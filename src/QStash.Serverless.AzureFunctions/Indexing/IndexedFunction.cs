using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A function as the SDK's generator describes it, and what becomes of its bindings.</summary>
internal sealed class IndexedFunction
{
    private readonly RawBinding[] _bindings;

    internal IndexedFunction(IFunctionMetadata metadata)
    {
        Metadata = metadata;
        _bindings = [.. metadata.RawBindings!.Select(RawBinding.Parse)];
        Trigger = Array.Find(_bindings, static binding => binding.IsQStashTrigger);
        Http = Trigger ?? Array.Find(_bindings, static binding => binding.IsHttpTrigger);
    }

    internal IFunctionMetadata Metadata { get; }

    internal string Name => Metadata.Name ?? "";

    /// <summary>The QStash trigger, until it has been rewritten.</summary>
    internal RawBinding? Trigger { get; }

    internal bool IsQStash => Trigger is not null;

    internal bool HasQStashOutput => Array.Exists(_bindings, static binding => binding.IsQStashOutput);

    /// <summary>The binding that requests come through, if any.</summary>
    internal RawBinding? Http { get; }

    /// <summary>The names of the output bindings that are neither ours nor the answer's.</summary>
    internal IReadOnlyCollection<string> OtherOutputs => [.. _bindings.Where(static binding => binding is { IsOutput: true, IsQStashOutput: false, IsHttpOutput: false }).Select(static binding => binding.Name)];

    /// <summary>Changes the bindings that are ours, in place; a function without any keeps its texts.</summary>
    internal void Rewrite()
    {
        IList<string> texts = Metadata.RawBindings!;
        for (int i = _bindings.Length - 1; i >= 0; i--)
        {
            if (_bindings[i].IsQStashOutput || (IsQStash && _bindings[i].IsHttpOutput))
            {
                texts.RemoveAt(i);
            }
            else if (_bindings[i].IsQStashTrigger)
            {
                texts[i] = _bindings[i].ToHttpTrigger();
            }
        }

        if (IsQStash)
        {
            texts.Add(RawBinding.HttpOutput(OtherOutputs.Count == 0 ? "$return" : QStashFunction.ReplyOutput));
        }
    }
}
