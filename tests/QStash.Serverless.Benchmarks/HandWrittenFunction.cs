using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace QStash.Serverless.Benchmarks;

/// <summary>A Function URL that receives from QStash as people write it: event and payload by reflection, a token handler with validation parameters of each call.</summary>
internal sealed class HandWrittenFunction(string currentKey, string nextKey, string publicUrl)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    internal async Task<Stream> HandleAsync(Stream lambdaEvent)
    {
        Request request = (await JsonSerializer.DeserializeAsync<Request>(lambdaEvent, s_json).ConfigureAwait(false))!;
        string body = request.IsBase64Encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(request.Body)) : request.Body;
        TokenValidationResult token = await new JsonWebTokenHandler().ValidateTokenAsync(request.Headers["upstash-signature"], new TokenValidationParameters
        {
            ValidIssuer = "Upstash",
#pragma warning disable CA5404 // QStash's tokens have no audience: everyone writes it so
            ValidateAudience = false,
#pragma warning restore CA5404
            IssuerSigningKeys = [new SymmetricSecurityKey(Encoding.UTF8.GetBytes(currentKey)), new SymmetricSecurityKey(Encoding.UTF8.GetBytes(nextKey))],
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        }).ConfigureAwait(false);
        string hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        Response response;
        if (!token.IsValid || (string)token.Claims["sub"] != publicUrl + request.RawPath || ((string)token.Claims["body"]).TrimEnd('=') != hash)
        {
            response = new Response { StatusCode = 401 };
        }
        else
        {
            response = new Response { StatusCode = JsonSerializer.Deserialize<Order>(body, s_json) is null ? 489 : 200 };
        }

        MemoryStream reply = new();
        await JsonSerializer.SerializeAsync(reply, response, s_json).ConfigureAwait(false);
        reply.Position = 0;
        return response.StatusCode == 200 ? reply : throw new InvalidOperationException($"Answered {response.StatusCode}.");
    }

    internal sealed class Request
    {
        public string Version { get; set; } = "";

        public string RouteKey { get; set; } = "";

        public string RawPath { get; set; } = "";

        public string RawQueryString { get; set; } = "";

        public string[]? Cookies { get; set; }

        public Dictionary<string, string> Headers { get; set; } = [];

        public Dictionary<string, string>? QueryStringParameters { get; set; }

        public Context RequestContext { get; set; } = new();

        public string Body { get; set; } = "";

        public bool IsBase64Encoded { get; set; }
    }

    internal sealed class Context
    {
        public string? AccountId { get; set; }

        public string? ApiId { get; set; }

        public string? DomainName { get; set; }

        public string? RequestId { get; set; }

        public string? Stage { get; set; }

        public long TimeEpoch { get; set; }

        public HttpDescription? Http { get; set; }
    }

    internal sealed class HttpDescription
    {
        public string? Method { get; set; }

        public string? Path { get; set; }

        public string? Protocol { get; set; }

        public string? SourceIp { get; set; }
    }

    internal sealed class Response
    {
        public int StatusCode { get; set; }

        public Dictionary<string, string>? Headers { get; set; }

        public string? Body { get; set; }

        public bool IsBase64Encoded { get; set; }
    }
}
