using CustomerFunctions.Events.Domain;
using CustomerFunctions.Orders.Domain;

namespace CustomerFunctions.Orders;

/// <summary>What other systems are told of a session.</summary>
public static class SessionEvents
{
    /// <summary>The event of an intent that is done; none for a cart that was given up.</summary>
    /// <param name="before">The session with the intent.</param>
    /// <param name="after">The session once it is done.</param>
    public static DomainEvent[] Of(Session before, Session after)
    {
        var intent = before.Intent!;
        if (intent.Move != SessionMove.Close && before.Close is null) return [];
        var type = intent.Move switch
        {
            SessionMove.Close => "session.closed",
            SessionMove.Return => "session.returned",
            SessionMove.Cancel => "session.cancelled",
            _ => "session.reopened",
        };
        var done = after.Effects.Skip(intent.Move == SessionMove.Reopen ? 0 : before.Effects.Length);
        return
        [
            new DomainEvent(
                type, intent.At,
                new
                {
                    after.SessionId,
                    after.Application,
                    Profile = before.Customer?.Key,
                    before.Content.Channel,
                    before.Content.Store,
                    before.Content.Total,
                    Refunded = intent.Return?.Amounts.Net,
                    before.Content.Currency,
                    Points = done.Where(e => e.Points is not null).Select(e => new { e.Type, e.Program, e.Points, e.Entry }),
                },
                intent.Id),
        ];
    }
}
