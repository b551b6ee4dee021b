namespace QStash.Serverless.Benchmarks;

/// <summary>One row: work, and the floor it is held against. Both loop as often as they are told.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="FloorName">What it is compared with.</param>
/// <param name="Subject">The work.</param>
/// <param name="Floor">The least that could be done.</param>
/// <param name="MaxRatio">The bound on subject over floor; null where there is none.</param>
/// <param name="MaxBytes">The bound on allocated bytes per operation; null where there is none.</param>
internal sealed record Comparison(string Name, string FloorName, Action<int> Subject, Action<int> Floor, double? MaxRatio = null, long? MaxBytes = null)
{
    /// <summary>How many rounds are enough, for work that takes long.</summary>
    internal int MaxRounds { get; init; } = int.MaxValue;
}

/// <summary>What a row came to.</summary>
/// <param name="Comparison">The row.</param>
/// <param name="SubjectMicroseconds">The median time of one operation.</param>
/// <param name="FloorMicroseconds">The median time of one floor.</param>
/// <param name="Ratio">The median of the ratios of neighbouring rounds.</param>
/// <param name="Bytes">Bytes allocated by one operation.</param>
internal sealed record Measurement(Comparison Comparison, double SubjectMicroseconds, double FloorMicroseconds, double Ratio, long Bytes)
{
    internal bool Holds => Ratio <= (Comparison.MaxRatio ?? double.MaxValue) && Bytes <= (Comparison.MaxBytes ?? long.MaxValue);
}
