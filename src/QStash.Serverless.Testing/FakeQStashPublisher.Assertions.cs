using System.Runtime.CompilerServices;

namespace QStash.Serverless.Testing;

/// <content>What a test expects. An expectation that does not hold is a <see cref="QStashAssertionException"/>, which every test framework reports.</content>
public sealed partial class FakeQStashPublisher
{
    /// <summary>Expects exactly one message with this kind of payload, to this destination.</summary>
    /// <typeparam name="T">The payload's type, or one it derives from; <see cref="object"/> for any.</typeparam>
    /// <param name="to">The path of the destination's URL, as in <c>/orders</c>; or the whole URL; or the name of a URL group. Any destination when null.</param>
    /// <param name="where">What holds for the payload; nothing more when null.</param>
    /// <param name="condition">Filled in by the compiler.</param>
    /// <returns>The message, to look at its options.</returns>
    /// <exception cref="QStashAssertionException">There is none, or more than one.</exception>
    public RecordedMessage AssertPublished<T>(string? to = null, Func<T, bool>? where = null, [CallerArgumentExpression(nameof(where))] string? condition = null) =>
        Expect(1, to, where, condition)[0];

    /// <summary>Expects this many messages with this kind of payload, to this destination.</summary>
    /// <typeparam name="T">The payload's type, or one it derives from; <see cref="object"/> for any.</typeparam>
    /// <param name="count">How many; 0 for none.</param>
    /// <param name="to">The path of the destination's URL, as in <c>/orders</c>; or the whole URL; or the name of a URL group. Any destination when null.</param>
    /// <param name="where">What holds for the payload; nothing more when null.</param>
    /// <param name="condition">Filled in by the compiler.</param>
    /// <returns>The messages, in the order of publishing.</returns>
    /// <exception cref="QStashAssertionException">There are more or fewer.</exception>
    public IReadOnlyList<RecordedMessage> AssertPublished<T>(int count, string? to = null, Func<T, bool>? where = null, [CallerArgumentExpression(nameof(where))] string? condition = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Expect(count, to, where, condition);
    }

    /// <summary>Expects that nothing was published.</summary>
    /// <exception cref="QStashAssertionException">Something was.</exception>
    public void AssertNothingPublished()
    {
        IReadOnlyList<RecordedMessage> messages = Messages;
        if (messages.Count > 0)
        {
            throw new QStashAssertionException($"Expected that nothing was published.\n\n{PublishedTable.Of(messages)}");
        }
    }

    private RecordedMessage[] Expect<T>(int count, string? to, Func<T, bool>? where, string? condition)
    {
        MessageAddress? address = to is null ? null : new MessageAddress(to);
        IReadOnlyList<RecordedMessage> messages = Messages;
        RecordedMessage[] found = [.. messages.Where(message => Difference(message) is null)];
        return found.Length == count ? found : throw new QStashAssertionException(
            $"Expected {Count(count)} of {PublishedTable.NameOf(typeof(T))}{(to is null ? "" : $" to {to}")}{(where is null ? "" : $" where {condition}")}, but {(found.Length == 0 ? "there is none" : $"found {found.Length}")}."
            + $"\n\n{PublishedTable.Of(messages, "does not match in", message => Difference(message) ?? "")}");

        string? Difference(RecordedMessage message) =>
            message.Payload is not T payload ? "type"
            : address?.Matches(message.Destination) == false ? "to"
            : where?.Invoke(payload) == false ? "where"
            : null;
    }

    private static string Count(int count) => count == 1 ? "1 message" : $"{count} messages";
}
