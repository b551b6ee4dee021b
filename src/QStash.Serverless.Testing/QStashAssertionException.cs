namespace QStash.Serverless.Testing;

/// <summary>An expectation of a test about what was published or delivered does not hold. The message shows the expectation and everything that was published.</summary>
/// <param name="message">What was expected, and what there is.</param>
public sealed class QStashAssertionException(string message) : Exception(message);
