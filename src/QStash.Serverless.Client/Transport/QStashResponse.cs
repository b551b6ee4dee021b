using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace QStash.Serverless.Client;

/// <summary>A whole answer of QStash.</summary>
internal sealed record QStashResponse(HttpStatusCode Status, HttpResponseHeaders Headers, ReadOnlyMemory<byte> Body)
{
    private const int ShownCharacters = 2000;

    internal bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>QStash's error text, else the body as text, cut to a length fit for a log.</summary>
    internal string Text
    {
        get
        {
            // UTF-8 has at most 4 bytes a character, so this many bytes hold all that is shown.
            string text = ReceiptReader.Error(Body) ?? Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, ShownCharacters * 4)]);
            return text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "...";
        }
    }

    internal string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;
}
