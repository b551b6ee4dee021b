using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless;

/// <summary>
/// Publishes what a handler returned, in order, before QStash is answered. Each message without a deduplication of its own gets the id
/// <c>{messageId}.{route}.messages.{ordinal}</c>: when the delivery is retried within QStash's 10-minute window, what was published already is not
/// published twice. Beyond the window it is at least once.
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
                IQStashPublisher publisher = services.GetService<IQStashPublisher>()
                    ?? throw new InvalidOperationException("A handler returned messages, but no IQStashPublisher is registered. Call AddQStash().AddClient().");
                await publisher.PublishAsync(WithDeduplication(message, delivery, route, i), cancellationToken).ConfigureAwait(false);
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

    private static QStashMessage WithDeduplication(QStashMessage message, QStashDelivery delivery, string route, int ordinal) =>
        message.Options.DeduplicationId is not null || message.Options.ContentBasedDeduplication == true || delivery.MessageId.Length == 0 ? message
        : message.WithOptions(message.Options with { DeduplicationId = string.Create(CultureInfo.InvariantCulture, $"{NamePart(delivery.MessageId)}.{NamePart(route)}.messages.{ordinal}") });

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
