using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless;

/// <summary>
/// Publishes what a handler returned, in order, before QStash is answered. Each message without a deduplication of its own gets the id
/// <c>{messageId}.{route}.messages.{ordinal}</c>, or <c>{messageId}.{route}.{output}.{ordinal}</c> when it came from an output: when the delivery is
/// retried within QStash's 10-minute window, what was published already is not published twice. Beyond the window it is at least once.
/// </summary>
internal sealed class OutgoingMessages(ILogger logger)
{
    /// <summary>Null when everything was published, else what stopped it.</summary>
    internal async ValueTask<Exception?> PublishAsync(QStashDelivery delivery, string route, IReadOnlyList<QStashMessage> messages, IServiceProvider services, CancellationToken cancellationToken)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            QStashMessage message = messages[i];
            try
            {
                await PublisherOf(message, services).PublishAsync(WithDeduplication(message, delivery, route, i), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever a publisher throws: the delivery is retried, and with it the rest of its messages.
                Log.OutputFailed(logger, delivery.MessageId, route, i + 1, messages.Count, message.Destination.IsUrlGroup ? message.Destination.Value : new Uri(message.Destination.Value).Host, exception);
                return exception;
            }
        }

        return null;
    }

    /// <summary>The publisher of a message: that of its output's connection, else the app's own.</summary>
    /// <exception cref="InvalidOperationException">It is not registered; the text says how to.</exception>
    internal static IQStashPublisher PublisherOf(QStashMessage message, IServiceProvider services) => message.Output?.Connection is not { } connection
        ? services.GetService<IQStashPublisher>()
            ?? throw new InvalidOperationException("There are messages to publish, but no IQStashPublisher is registered. Call AddQStash().AddClient().")
        : services.GetKeyedService<IQStashPublisher>(connection)
            ?? throw new InvalidOperationException($"No IQStashPublisher is registered for the connection '{connection}'. Call AddQStash().AddClient(\"{connection}\") and fill its section {connection} (Url, Token).");

    private static QStashMessage WithDeduplication(QStashMessage message, QStashDelivery delivery, string route, int place)
    {
        if (message.Options.DeduplicationId is not null || message.Options.ContentBasedDeduplication == true || delivery.MessageId.Length == 0)
        {
            return message;
        }

        (string output, int ordinal) = message.Output is { } named ? (NamePart(named.Name), named.Ordinal) : ("messages", place);
        string id = string.Create(CultureInfo.InvariantCulture, $"{NamePart(delivery.MessageId)}.{NamePart(route)}.{output}.{ordinal}");
        return message.WithOptions(message.Options with { DeduplicationId = id });
    }

    private static string NamePart(string text)
    {
        StringBuilder part = new(text.Length);
        foreach (char c in text.Trim('/'))
        {
            part.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_');
        }

        return part.ToString();
    }
}
