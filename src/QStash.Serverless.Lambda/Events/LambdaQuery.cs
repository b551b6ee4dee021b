using System.Text;

namespace QStash.Serverless.Lambda;

/// <summary>Puts a query together again from an event's parameters, so that it can be compared pair by pair.</summary>
internal sealed class LambdaQuery(LambdaEventShape shape)
{
    private readonly StringBuilder _query = new();

    internal void Add(string name, string? value)
    {
        if (_query.Length > 0)
        {
            _query.Append('&');
        }

        _query.Append(Escape(name)).Append('=').Append(Escape(value ?? ""));
    }

    public override string ToString() => _query.ToString();

    // Load balancers hand parameters on as they came, gateways decode them.
    private string Escape(string text) => shape == LambdaEventShape.LoadBalancer ? text : Uri.EscapeDataString(text);
}
