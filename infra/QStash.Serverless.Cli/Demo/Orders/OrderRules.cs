using System.Globalization;
using System.Text.Json;

namespace QStash.Serverless.Cli.Demo.Orders;

/// <summary>What a file of orders must look like. It reads on after an error, so that one run tells them all.</summary>
internal sealed class OrderRules
{
    private const int LongestText = 100;
    private const int LargestQuantity = 1_000_000;
    private const decimal LargestPrice = 1_000_000_000m;
    private static readonly string[] s_file = ["orders"];
    private static readonly string[] s_order = ["id", "customer", "currency", "lines", "via", "simulate"];
    private static readonly string[] s_line = ["sku", "quantity", "unitPrice"];

    private readonly List<OrderError> _errors = [];
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>Everything that is wrong, in the order of the file.</summary>
    public IReadOnlyList<OrderError> Errors => [.. _errors.OrderBy(static error => error.Offset)];

    public IReadOnlyList<PlacedOrder> Read(JsonPlace root) =>
        Members(root, s_file, optional: []) is { } members && members.TryGetValue("orders", out JsonPlace? orders)
            ? [.. Items(orders, "order").Select(ReadOrder).OfType<PlacedOrder>()]
            : [];

    private PlacedOrder? ReadOrder(JsonPlace place)
    {
        if (Members(place, s_order, optional: ["simulate"]) is not { } members)
        {
            return null;
        }

        string? id = Text(members, "id");
        string? customer = Text(members, "customer");
        string? currency = Text(members, "currency");
        if (currency is not null && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)))
        {
            Add(members["currency"], $"must be three capital letters, as in \"EUR\", but is \"{OneLine.Of(currency)}\"");
        }

        if (id is not null && !_ids.TryAdd(id, place.Path))
        {
            Add(members["id"], $"\"{OneLine.Of(id)}\" is the id of {_ids[id]} already; every order needs its own");
        }

        OrderLine?[] lines = members.TryGetValue("lines", out JsonPlace? list) ? [.. Items(list, "line").Select(ReadLine)] : [];
        Via? via = Choice<Via>(members, "via");
        Simulation? simulate = Choice<Simulation>(members, "simulate");
        return id is null || customer is null || currency is null || via is null ? null
            : new PlacedOrder(new Order(id, customer, currency, [.. lines.OfType<OrderLine>()], simulate), via.Value);
    }

    private OrderLine? ReadLine(JsonPlace place)
    {
        if (Members(place, s_line, optional: []) is not { } members)
        {
            return null;
        }

        string? sku = Text(members, "sku");
        int? quantity = Number<int>(members, "quantity", $"a whole number from 1 to {LargestQuantity}",
            static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= LargestQuantity ? value : null);
        decimal? unitPrice = Number<decimal>(members, "unitPrice", $"an amount from 0 to {LargestPrice:0} with at most 4 decimals",
            static text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value <= LargestPrice && value.Scale <= 4 ? value : null);
        return sku is null || quantity is null || unitPrice is null ? null : new OrderLine(sku, quantity.Value, unitPrice.Value);
    }

    private Dictionary<string, JsonPlace>? Members(JsonPlace place, string[] known, string[] optional)
    {
        if (place.Kind != JsonValueKind.Object)
        {
            Add(place, $"must be an object with {Listed(known)}, but is {Described(place)}");
            return null;
        }

        Dictionary<string, JsonPlace> members = new(StringComparer.Ordinal);
        foreach (JsonMember member in place.Members)
        {
            bool isLeftOut = member.Value.Kind == JsonValueKind.Null && optional.Contains(member.Name, StringComparer.Ordinal);
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                _errors.Add(new OrderError(member.Offset, member.Value.Path, $"is not known here; {Listed(known)} are"));
            }
            else if (!isLeftOut && !members.TryAdd(member.Name, member.Value))
            {
                _errors.Add(new OrderError(member.Offset, member.Value.Path, "is given twice"));
            }
        }

        foreach (string name in known.Where(name => !members.ContainsKey(name) && !optional.Contains(name, StringComparer.Ordinal)))
        {
            Add(place, $"\"{name}\" is missing");
        }

        return members;
    }

    private IReadOnlyList<JsonPlace> Items(JsonPlace place, string what)
    {
        if (place.Kind != JsonValueKind.Array || place.Items.Count == 0)
        {
            Add(place, $"must be an array of at least one {what}, but is {(place.Kind == JsonValueKind.Array ? "empty" : Described(place))}");
        }

        return place.Items;
    }

    private string? Text(Dictionary<string, JsonPlace> members, string name)
    {
        if (!members.TryGetValue(name, out JsonPlace? place))
        {
            return null;
        }

        if (place.Kind == JsonValueKind.String && !string.IsNullOrWhiteSpace(place.Text) && place.Text.Length <= LongestText && OneLine.IsPlain(place.Text))
        {
            return place.Text;
        }

        Add(place, $"must be a text of 1 to {LongestText} visible characters, but is {Described(place)}");
        return null;
    }

    private T? Number<T>(Dictionary<string, JsonPlace> members, string name, string expected, Func<string, T?> read)
        where T : struct
    {
        if (!members.TryGetValue(name, out JsonPlace? place))
        {
            return null;
        }

        T? value = place.Kind == JsonValueKind.Number ? read(place.Text) : null;
        if (value is null)
        {
            Add(place, $"must be {expected}, but is {Described(place)}");
        }

        return value;
    }

    private T? Choice<T>(Dictionary<string, JsonPlace> members, string name)
        where T : struct, Enum
    {
        if (!members.TryGetValue(name, out JsonPlace? place))
        {
            return null;
        }

        foreach (T choice in Enum.GetValues<T>())
        {
            if (place.Kind == JsonValueKind.String && place.Text == Word.Of(choice))
            {
                return choice;
            }
        }

        Add(place, $"must be {string.Join(" or ", Enum.GetValues<T>().Select(choice => $"\"{Word.Of(choice)}\""))}, but is {Described(place)}");
        return null;
    }

    private void Add(JsonPlace place, string text) => _errors.Add(new OrderError(place.Offset, place.Path, text));

    private static string Listed(string[] names) => string.Join(", ", names.Select(static name => $"\"{name}\""));

    private static string Described(JsonPlace place) => place.Kind switch
    {
        JsonValueKind.String => $"\"{OneLine.Of(place.Text, 40)}\"",
        JsonValueKind.Number => OneLine.Of(place.Text, 40),
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}

/// <summary>One thing that is wrong with a file.</summary>
internal sealed record OrderError(int Offset, string Path, string Text);
