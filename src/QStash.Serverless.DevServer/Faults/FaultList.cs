using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace QStash.Serverless.DevServer.Faults;

/// <summary>The faults in force, by account, in memory: the first that matches and draws itself is injected.</summary>
internal sealed class FaultList
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <exception cref="ArgumentOutOfRangeException">A value of the fault is out of its range.</exception>
    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "Nothing secret is drawn, and a seed must give the same draws again.")]
    public void Add(long account, DevServerFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fault.Status, 599);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fault.Delay, TimeSpan.FromDays(7));
        if (fault.Probability is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fault), fault.Probability, "The probability of a fault must be above 0 and at most 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Times ?? 1, 1);
        lock (_gate)
        {
            _entries.Add(new(account, fault, fault.Seed is { } seed ? new Random(seed) : Random.Shared, fault.Times));
        }
    }

    public IReadOnlyList<DevServerFault> Of(long account)
    {
        lock (_gate)
        {
            return [.. _entries.Where(e => e.Account == account).Select(e => e.Fault with { Times = e.Left })];
        }
    }

    public void Clear(long account)
    {
        lock (_gate)
        {
            _entries.RemoveAll(e => e.Account == account);
        }
    }

    /// <summary>The fault of the attempt that is about to be made; null when it goes as it should.</summary>
    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "Nothing secret is drawn, and a seed must give the same draws again.")]
    public DevServerFault? Draw(long account, string url)
    {
        lock (_gate)
        {
            Entry? drawn = _entries.Find(e => e.IsFor(account, url) && e.Random.NextDouble() < e.Fault.Probability);
            if (drawn?.Left is not null && --drawn.Left == 0)
            {
                _entries.Remove(drawn);
            }

            return drawn?.Fault;
        }
    }

    private sealed class Entry(long account, DevServerFault fault, Random random, int? times)
    {
        /// <summary>The URL with everything but the star taken literally.</summary>
        private readonly Regex _pattern = new($"^{Regex.Escape(fault.Url).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

        public long Account { get; } = account;

        public DevServerFault Fault { get; } = fault;

        public bool IsFor(long candidate, string url) => candidate == Account && _pattern.IsMatch(url);

        public Random Random { get; } = random;

        public int? Left { get; set; } = times;
    }
}
