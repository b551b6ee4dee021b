using System.Net;
using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class ProxyExceptLoopbackTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080/v2/publish/https://shop.example", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://[::1]:8080/", true)]
    [InlineData("https://qstash.upstash.io/", false)]
    public void Local_QStash_is_reached_without_the_proxy(string url, bool direct)
    {
        ProxyExceptLoopback proxy = new(new WebProxy("http://proxy.example:3128"));

        Assert.Equal(direct, proxy.IsBypassed(new Uri(url)));
        Assert.Equal(direct ? null : new Uri("http://proxy.example:3128"), proxy.GetProxy(new Uri(url)));
    }
}
