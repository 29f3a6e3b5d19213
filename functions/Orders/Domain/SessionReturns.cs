using System.Collections.Immutable;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Decides on giving back parts of an order, by line and quantity. Pure.</summary>
public static class SessionReturns
{
    /// <summary>Most returns of one session: they lie in its row.</summary>
    public const int CountMax = 200;

    /// <summary>Reads <c>{"items": [{"line": 1, "quantity": 2}]}</c>. Fails with: invalid.</summary>
    public static Result<ImmutableArray<ReturnedLine>> Read(JsonFields body)
    {
        if (!body.Has("items")) body.Refuse("items", "It is required.");
        var items = body.Objects("items", SessionRequest.ItemsMax);
        if (body.Has("items") && items.Count == 0) body.Refuse("items", "It must name something.");
        var lines = new List<ReturnedLine>();
        foreach (var item in items)
        {
            var line = (int)(item.Integer("line", 1, SessionRequest.ItemsMax, required: true) ?? 0);
            var quantity = item.Integer("quantity", 1, SessionRequest.QuantityMax, required: true) ?? 0;
            if (line > 0 && lines.Any(l => l.Line == line)) item.Refuse("line", "It is named twice.");
            lines.Add(new ReturnedLine(line, quantity));
        }

        return body.Finish(() => lines.ToImmutableArray());
    }

    /// <summary>Null when the lines can be given back. Fails with: illegal-move, invalid (no such line), over-return,
    /// too-many-returns.</summary>
    public static Error? Refusal(Session session, ImmutableArray<ReturnedLine> lines)
    {
        if (!SessionMoves.MayReturn(session.State))
            return OrdersErrors.IllegalMove(SessionMoves.Allowed(session.State));
        var unknown = lines.Select((l, i) => (l.Line, Index: i)).Where(l => l.Line > session.Content.Items.Length)
            .Select(l => new FieldError($"/items/{l.Index}/line", "The session has no such line.")).ToList();
        if (unknown.Count > 0) return Error.Invalid(unknown);
        if (lines.Any(l => l.Quantity > RemainingOf(session, l.Line)))
            return OrdersErrors.OverReturn(
                [.. lines.Select(l => new ReturnedLine(l.Line, RemainingOf(session, l.Line)))]);
        return session.ReturnKeys.Length >= CountMax ? OrdersErrors.TooManyReturns : null;
    }

    /// <summary>What all returned lines together come to, those of this return included: the discount that goes with
    /// them is its share of all discounts, rounded down, and all of it with the last line.</summary>
    public static GivenBack Total(Session session, ImmutableArray<ReturnedLine> lines)
    {
        var content = session.Content;
        var returned = content.Items.Select((item, i) => (Item: item, Quantity: session.ReturnedOf(i + 1)
            + lines.Where(l => l.Line == i + 1).Sum(l => l.Quantity))).ToList();
        var plain = new GivenBack(returned.Sum(r => r.Quantity * r.Item.UnitPrice), 0, returned.Sum(r => r.Quantity));
        return plain with { Discount = Portion.Part(content, plain).From(content.Discount) };
    }

    /// <summary>The session with all that a return will do.</summary>
    /// <param name="session">As it is.</param>
    /// <param name="lines">What is given back.</param>
    /// <param name="key">The change that gives it back.</param>
    /// <param name="shares">What wallets know of the session.</param>
    /// <param name="pointsOf">How many points an amount earns.</param>
    /// <param name="asking">Who asks, and when.</param>
    public static Session Next(
        Session session, ImmutableArray<ReturnedLine> lines, ReturnKey key, IReadOnlyList<WalletShare> shares,
        PointsOf pointsOf, Asking asking)
    {
        var total = Total(session, lines);
        var steps = PointsBack.StepsOf(
            session, shares, Portion.Part(session.Content, total), session.Content.Total - total.Net, pointsOf);
        var intent = asking.Begin(session, SessionMove.Return, steps) with
        {
            Return = new SessionReturn(asking.Now, asking.By, lines, total - session.GivenBack, []),
            ReturnKey = key,
        };
        return session with { Intent = intent, Intents = intent.Number, UpdatedAt = asking.Now };
    }

    private static long RemainingOf(Session session, int line) =>
        session.Content.Items[line - 1].Quantity - session.ReturnedOf(line);
}
