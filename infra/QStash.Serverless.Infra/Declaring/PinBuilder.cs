namespace QStash.Serverless.Infra;

/// <summary>Says which limits of a flow-control key are pinned: a parallelism, a rate, or both.</summary>
public sealed class PinBuilder
{
    private readonly Declarations _declarations;
    private readonly DeclaredAt _at;
    private readonly string _key;
    private readonly bool _shared;
    private int? _parallelism;
    private int? _rate;
    private TimeSpan? _period;

    internal PinBuilder(Declarations declarations, DeclaredAt at, string key, bool shared)
    {
        _declarations = declarations;
        _at = at;
        _key = key ?? "";
        _shared = shared;
    }

    /// <summary>Lets this many deliveries be in flight at once.</summary>
    /// <param name="count">1 or more.</param>
    public PinBuilder Parallelism(int count)
    {
        _parallelism = count;
        return this;
    }

    /// <summary>Lets this many deliveries start in each period.</summary>
    /// <param name="count">1 or more.</param>
    /// <param name="period">1 second to 7 days, in whole seconds.</param>
    public PinBuilder Rate(int count, TimeSpan period)
    {
        (_rate, _period) = (count, period);
        return this;
    }

    internal DeclaredPin? Build()
    {
        string subject = $"The pin of flow-control key '{_key}'";
        int before = _declarations.Count;
        if (_parallelism is null && _rate is null)
        {
            _declarations.Wrong(_at, $"{subject} pins nothing: give it a Parallelism or a Rate.");
        }

        _declarations.Check(_at, $"{subject}: ", () => _ = new FlowControlValue { Parallelism = _parallelism });
        _declarations.Check(_at, $"{subject}: ", () => _ = new FlowControlValue { Rate = _rate });
        _declarations.Check(_at, $"{subject}: ", () => _ = new FlowControlValue { Period = _period ?? TimeSpan.FromSeconds(1) });
        if (_declarations.AlreadyScoped(_key, _shared) is { } scoped)
        {
            _declarations.Wrong(_at, $"{subject}: {scoped}");
        }

        foreach (string mistake in OptionRules.Mistakes(new() { FlowControl = new(_key, new() { Parallelism = 1 }) }, throughQueue: false))
        {
            _declarations.Wrong(_at, $"{subject}: {mistake}");
        }

        return _declarations.Count > before
            ? null
            : new DeclaredPin { Key = _key, PhysicalKey = _declarations.Physical(_key, _shared), Parallelism = _parallelism, Rate = _rate, Period = _period, At = _at };
    }
}
