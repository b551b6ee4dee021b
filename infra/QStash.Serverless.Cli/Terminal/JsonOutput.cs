using System.Text.Encodings.Web;
using System.Text.Json;

namespace QStash.Serverless.Cli;

/// <summary>Writes results for programs.</summary>
internal sealed class JsonOutput(TextWriter output)
{
    // Nothing here is ever put into a page: URLs and expressions stay readable.
    private static readonly JsonSerializerOptions s_document = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };
    private static readonly JsonSerializerOptions s_line = new(s_document) { WriteIndented = false };

    /// <summary>Writes the whole result.</summary>
    public void Write(object json) => output.WriteLine(JsonSerializer.Serialize(json, s_document));

    /// <summary>Writes a part of a result without an end, in one line.</summary>
    public void WriteLine(object json) => output.WriteLine(JsonSerializer.Serialize(json, s_line));
}
