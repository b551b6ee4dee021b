namespace QStash.Serverless.Infra;

/// <summary>Everything declared so far, by attributes and in code, and everything wrong with it.</summary>
internal sealed partial class Declarations
{
    private readonly InfraTarget _target;
    private readonly List<InfraMistake> _mistakes = [];
    private readonly List<ScheduleBuilder> _schedules = [];
    private readonly List<GroupDeclaration> _groups = [];
    private readonly List<QueueBuilder> _queues = [];
    private readonly List<PinBuilder> _pins = [];

    internal Declarations(InfraTarget target)
    {
        _target = target;
        BaseUrl = target.BaseUrl.TrimEnd('/');
        Routes = new Routes(target.RoutePrefix);
        if (Destination.Refusal(BaseUrl) is not null || BaseUrl.Contains('?', StringComparison.Ordinal))
        {
            Wrong(null, $"The base URL '{Destination.WithoutSecrets(BaseUrl)}' must start with http:// or https:// and have no query: give the one under which QStash reaches the app, such as https://shop.example.com.");

            // Any other stands in for it, so that every further mistake is told.
            BaseUrl = "https://base-url.invalid";
        }
    }

    internal ResourceScope Scope => _target.Scope;

    internal string BaseUrl { get; }

    internal Routes Routes { get; }

    /// <summary>The mistakes, by their place in the code.</summary>
    internal IReadOnlyList<InfraMistake> Mistakes =>
        [.. _mistakes.Distinct().OrderBy(static mistake => mistake.At?.File ?? "", StringComparer.Ordinal).ThenBy(static mistake => mistake.At?.Line ?? 0)];

    /// <summary>How many mistakes there are so far.</summary>
    internal int Count => _mistakes.Count;

    internal void Wrong(DeclaredAt? at, string message) => _mistakes.Add(new InfraMistake(at, message));

    internal DeclaredAt At(string file, int line, string member)
    {
        // What a deterministic build writes for the folder of the repository: the path is relative to it already.
        const string mapped = "/_/";
        if (file.StartsWith(mapped, StringComparison.Ordinal))
        {
            return new DeclaredAt(file[mapped.Length..], line, member);
        }

        string root = _target.SourceRoot.TrimEnd('/', '\\');
        bool below = root.Length > 0 && file.Length > root.Length && file.StartsWith(root, StringComparison.Ordinal) && file[root.Length] is '/' or '\\';
        return new DeclaredAt(below ? file[(root.Length + 1)..] : file, line, member);
    }

    internal ScheduleBuilder Schedule(DeclaredAt at, string name, string cron, string? timeZone)
    {
        ScheduleBuilder schedule = new(this, at, name, cron, timeZone);
        _schedules.Add(schedule);
        return schedule;
    }

    internal UrlGroupBuilder UrlGroup(DeclaredAt at, UrlGroup group)
    {
        GroupDeclaration? declared = _groups.Find(other => other.Group == group);
        if (declared is null)
        {
            declared = new(this, at, group);
            _groups.Add(declared);
        }

        return new UrlGroupBuilder(this, at, declared);
    }

    internal QueueBuilder Queue(DeclaredAt at, Queue queue)
    {
        QueueBuilder builder = new(this, at, queue);
        _queues.Add(builder);
        return builder;
    }

    internal PinBuilder Pin(DeclaredAt at, string key, bool shared)
    {
        PinBuilder builder = new(this, at, key, shared);
        _pins.Add(builder);
        return builder;
    }

    /// <summary>Notes what a check refuses.</summary>
    /// <param name="at">Where it is declared.</param>
    /// <param name="subject">What begins the text; empty where the check names it.</param>
    /// <param name="check">The check.</param>
    internal void Check(DeclaredAt at, string subject, Action check)
    {
        try
        {
            check();
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException)
        {
            int end = refused.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            Wrong(at, $"{subject}{(end < 0 ? refused.Message : refused.Message[..end])}");
        }
    }

    /// <summary>Everything together, checked for what can only be seen together; null when there are mistakes.</summary>
    internal InfraModel? Model()
    {
        DeclaredSchedule[] schedules = [.. _schedules.Select(static schedule => schedule.Build()).OfType<DeclaredSchedule>()];
        DeclaredUrlGroup[] groups = [.. _groups.Select(static group => group.Build()).OfType<DeclaredUrlGroup>()];
        DeclaredQueue[] queues = [.. _queues.Select(static queue => queue.Build()).OfType<DeclaredQueue>()];
        DeclaredPin[] pins = [.. _pins.Select(static pin => pin.Build()).OfType<DeclaredPin>()];
        CheckTogether(queues, pins);
        return _mistakes.Count > 0 ? null : new InfraModel
        {
            Scope = Scope,
            Schedules = schedules,
            UrlGroups = groups,
            Queues = [.. queues.DistinctBy(static queue => queue.PhysicalName, StringComparer.Ordinal)],
            Pins = [.. pins.DistinctBy(static pin => pin.PhysicalKey, StringComparer.Ordinal)],
        };
    }

    private void CheckTogether(DeclaredQueue[] queues, DeclaredPin[] pins)
    {
        foreach (IGrouping<string, ScheduleBuilder> same in _schedules.GroupBy(static schedule => schedule.Name, StringComparer.Ordinal))
        {
            foreach (ScheduleBuilder again in same.Skip(1))
            {
                Wrong(again.At, $"A schedule '{same.Key}' is already declared at {same.First().At}: each schedule needs a name of its own.");
            }
        }

        foreach (ScheduleBuilder schedule in _schedules.Where(schedule => schedule.Group is { Shared: false } group && !_groups.Exists(declared => declared.Group == group)))
        {
            Wrong(schedule.At, $"Schedule '{schedule.Name}' goes to the URL group '{schedule.Group}', which the app does not declare: declare it with infra.UrlGroup or [QStashUrlGroup], or make it Shared if another app does.");
        }

        Alike(_groups, static group => group.Group.Name, static group => group.At, static group => group.Group.Shared, static name => $"URL group '{name}' is declared, not alike in Shared,", "decide on one of the two everywhere");
        Alike(queues, static queue => queue.Queue.Name, static queue => queue.At, static queue => (queue.Queue, queue.Parallelism, queue.Paused), static name => $"Queue '{name}' is declared with other values", "declare it once");
        Alike(pins, static pin => pin.Key, static pin => pin.At, static pin => (pin.PhysicalKey, pin.Parallelism, pin.Rate, pin.Period), static key => $"The flow-control key '{key}' is declared with other values", "pin it once");
    }

    /// <summary>What has the same name must have the same values.</summary>
    private void Alike<T, TValues>(IEnumerable<T> all, Func<T, string> name, Func<T, DeclaredAt> place, Func<T, TValues> values, Func<string, string> subject, string fix)
        where TValues : notnull
    {
        foreach (IGrouping<string, T> same in all.GroupBy(name, StringComparer.Ordinal))
        {
            foreach (T other in same.Where(other => !values(other).Equals(values(same.First()))))
            {
                Wrong(place(other), $"{subject(same.Key)} at {place(same.First())} too: {fix}.");
            }
        }
    }
}
