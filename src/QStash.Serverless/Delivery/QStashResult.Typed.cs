using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless;

/// <summary>
/// A decision whose response body has a type: return the body itself for a success, or any <see cref="QStashResult"/>, such as
/// <see cref="QStashResult.Retry()"/> or <see cref="QStashResult.DeadLetter"/>; both convert.
/// </summary>
/// <typeparam name="T">The type of a success's response body.</typeparam>
public sealed class QStashResult<T> : IQStashResult
{
    private readonly QStashResult _result;

    private QStashResult(QStashResult result) => _result = result;

    /// <summary>The response body of a success; null or the default without one.</summary>
    public T? Value => _result.Body is T value ? value : default;

    /// <summary>The decision, without the type of its body.</summary>
    public QStashResult ToResult() => _result;

    /// <summary>A success with this response body.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named alternative is QStashResult.Success, whose result converts.")]
    public static implicit operator QStashResult<T>(T body) => new(QStashResult.SuccessWith(body));

    /// <summary>This decision.</summary>
    /// <exception cref="ArgumentNullException">The result is null.</exception>
    [SuppressMessage("Usage", "CA2225", Justification = "A result is made by the methods of QStashResult.")]
    public static implicit operator QStashResult<T>(QStashResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new(result);
    }
}

/// <summary>What results have in common, whatever the type of their body.</summary>
internal interface IQStashResult
{
    QStashResult ToResult();
}
