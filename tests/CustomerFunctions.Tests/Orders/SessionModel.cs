using System.Text.Json.Nodes;

namespace CustomerFunctions.Tests.Orders;

/// <summary>One order of the naive model: what its state alone says, without any history of how it came there.</summary>
public sealed class ModelSession(string id)
{
    public string Id { get; } = id;

    public string State { get; set; } = "none";

    public string Customer { get; set; } = "";

    public string Channel { get; set; } = "online";

    public List<(string Sku, long Quantity, long Price)> Lines { get; set; } = [];

    public long Discount { get; set; }

    public long[] Returned { get; set; } = [];

    public DateTimeOffset ClosedAt { get; set; }

    /// <summary>Points spent in its name by each customer, and what of that came back.</summary>
    public Dictionary<string, (long Spent, long Back)> Spent { get; } = [];

    public List<string> Events { get; } = [];

    public bool IsClosed => State is "closed" or "partially_returned";

    public long Gross => Lines.Sum(l => l.Quantity * l.Price);

    public long Total => Gross - Discount;

    public long ReturnedGross => Lines.Select((l, i) => Returned[i] * l.Price).Sum();

    public bool IsAllReturned => IsClosed && Lines.Select((l, i) => l.Quantity - Returned[i]).All(left => left == 0);

    public long ReturnedDiscount =>
        !IsClosed ? 0 : IsAllReturned ? Discount : Discount * ReturnedGross / Math.Max(1, Gross);

    public long Refunded => IsClosed ? ReturnedGross - ReturnedDiscount : 0;

    /// <summary>A point for every whole euro that was paid and not given back, in hundredths.</summary>
    public long Earned => IsClosed ? (Total - Refunded) / 100 * 100 : 0;

    /// <summary>What spent points come back as the order is given back; all of them once it is not closed.</summary>
    public void GiveBack(bool isAll)
    {
        if (!Spent.TryGetValue(Customer, out var spent)) return;
        var due = isAll || IsAllReturned ? spent.Spent : spent.Spent * ReturnedGross / Math.Max(1, Gross);
        Spent[Customer] = (spent.Spent, Math.Max(spent.Back, due));
    }

    public JsonObject Body(string state) => new()
    {
        ["state"] = state,
        ["channel"] = Channel,
        ["profileId"] = Customer,
        ["items"] = new JsonArray([.. Lines.Select(JsonNode (l) => new JsonObject
        {
            ["sku"] = l.Sku,
            ["name"] = l.Sku,
            ["quantity"] = l.Quantity,
            ["unitPrice"] = l.Price,
        })]),
        ["discounts"] = new JsonArray(new JsonObject { ["name"] = "off", ["amount"] = Discount }),
    };
}
