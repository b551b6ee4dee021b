using System.Diagnostics;

namespace QStash.Serverless.Benchmarks;

/// <summary>Lets subject and floor take turns in rounds of about two milliseconds.</summary>
internal static class Runner
{
    private static readonly double s_roundTicks = Stopwatch.Frequency * 0.002;

    internal static Measurement[] Measure(IReadOnlyList<Comparison> comparisons, int rounds)
    {
        // Everything is warmed up before anything is measured: profiles, and with them inlining, no longer change.
        foreach (Comparison comparison in comparisons)
        {
            WarmUp(comparison.Subject);
            WarmUp(comparison.Floor);
        }

        return [.. comparisons.Select(comparison => Measure(comparison, Math.Min(rounds, comparison.MaxRounds)))];
    }

    private static Measurement Measure(Comparison comparison, int rounds)
    {
        int subjectCount = CountOf(comparison.Subject);
        int floorCount = CountOf(comparison.Floor);
        double[] subject = new double[rounds];
        double[] floor = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round, so that drift favours neither.
            if (round % 2 == 0)
            {
                subject[round] = Time(comparison.Subject, subjectCount);
                floor[round] = Time(comparison.Floor, floorCount);
            }
            else
            {
                floor[round] = Time(comparison.Floor, floorCount);
                subject[round] = Time(comparison.Subject, subjectCount);
            }

            ratios[round] = subject[round] / floor[round];
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        comparison.Subject(subjectCount);
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / subjectCount;
        return new Measurement(comparison, Median(subject), Median(floor), Median(ratios), bytes);
    }

    // Tier 1 with a dynamic profile takes 30 calls, a pause of 100 ms without new tier-0 code, a second round of the same, and a background compilation each.
    private static void WarmUp(Action<int> work)
    {
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        int count = CountOf(work);
        while (Stopwatch.GetTimestamp() < end)
        {
            work(Math.Max(1, count / 4));
        }
    }

    private static int CountOf(Action<int> work)
    {
        int count = 1;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            work(count);
            long elapsed = Stopwatch.GetTimestamp() - start;
            if (elapsed >= s_roundTicks / 2 || count >= 1 << 20)
            {
                return Math.Max(1, (int)(count * s_roundTicks / elapsed));
            }

            count *= 2;
        }
    }

    private static double Time(Action<int> work, int count)
    {
        long start = Stopwatch.GetTimestamp();
        work(count);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[(values.Length / 2) - 1] + values[values.Length / 2]) / 2;
    }
}
