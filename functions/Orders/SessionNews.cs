using CustomerFunctions.Events.Domain;
using CustomerFunctions.Orders.Domain;

namespace CustomerFunctions.Orders;

/// <summary>What other systems are told of a session.</summary>
public static class SessionNews
{
    /// <summary>The event of an intent that is done; none for a cart that was given up.</summary>
    /// <param name="before">The session with the intent.</param>
    /// <param name="after">The session once it is done.</param>
    public static DomainEvent[] Of(Session before, Session after)
    {
        var intent = before.Intent!;
        if (intent.Move != SessionMove.Close && before.Close is null) return [];
        SessionTold told = intent.Move switch
        {
            SessionMove.Close => new SessionClosed(),
            SessionMove.Return => new SessionReturned(),
            SessionMove.Cancel => new SessionCancelled(),
            _ => new SessionReopened(),
        };
        // Reopening begins the list of effects anew.
        var known = intent.Move == SessionMove.Reopen ? 0 : before.Effects.Length;
        told = told with
        {
            SessionId = before.SessionId,
            Application = before.Application,
            Profile = before.Customer?.Key,
            Channel = before.Content.Channel,
            Store = before.Content.Store,
            Total = before.Content.Total,
            Refunded = intent.Return?.Amounts.Net ?? 0,
            Currency = before.Content.Currency,
            Points =
            [
                .. after.Effects.Skip(known).Where(e => e.Points is not null)
                    .Select(e => new PointsMoved(e.Type, e.Program, e.Points, e.Entry)),
            ],
        };
        return [DomainEvent.Of(told, intent.At, intent.Id)];
    }
}
