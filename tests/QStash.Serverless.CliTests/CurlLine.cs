using System.Text;
using System.Text.RegularExpressions;

namespace QStash.Serverless.CliTests;

/// <summary>Does what a printed curl line says.</summary>
internal static class CurlLine
{
    /// <returns>The body of the answer.</returns>
    public static async Task<string> SendAsync(string line)
    {
        string[] words = [.. Regex.Matches(line, @"'([^']*)'|(\S+)").Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Groups[2].Value)];
        Assert.Equal(["curl", "-X", "POST"], words[..3]);
        using HttpRequestMessage request = new(HttpMethod.Post, words[3]) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(words[^1])) };
        foreach (string header in words[4..^2].Where(word => word != "-H"))
        {
            (string name, string value) = (header.Split(": ")[0], header.Split(": ")[1]);
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value), header);
        }

        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        using HttpResponseMessage response = await http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        return body;
    }
}
