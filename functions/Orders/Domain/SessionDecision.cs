using System.Collections.Immutable;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Who asks for a session, and when.</summary>
/// <param name="SessionId">The caller's name for it.</param>
/// <param name="Application">The caller's application.</param>
/// <param name="By">How the caller is named in entries.</param>
/// <param name="IntentId">The name that a close will have.</param>
/// <param name="Now">Server time.</param>
public sealed record Asking(string SessionId, string Application, string By, string IntentId, DateTimeOffset Now);

/// <summary>Decides what a request makes of a session. Pure: the same inputs give the same session.</summary>
public static class SessionDecision
{
    /// <summary>The state in which a request is answered without any writing: it was done before.</summary>
    public static bool IsRepeat(Session? session, SessionRequest request) =>
        session is not null && SessionMoves.Is(session.State, request.State)
        && (session.State == SessionState.Cancelled || request.Content is null
            || session.RequestHash == request.Hash());

    /// <summary>Null when the move is legal. Fails with: illegal-move.</summary>
    public static Error? Refusal(Session? session, SessionRequest request)
    {
        var allowed = SessionMoves.Allowed(session?.State);
        if (!allowed.Contains(request.State)) return OrdersErrors.IllegalMove(allowed);
        return session is null && request.Content is null
            ? Error.Invalid("/channel", "It is required.")
            : null;
    }

    /// <summary>The session that a legal request leads to.</summary>
    /// <param name="session">As it is, or null.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="customer">Whose order it is, or null.</param>
    /// <param name="awards">The points that a close would award.</param>
    /// <param name="asking">Who asks, and when.</param>
    public static Session Next(
        Session? session, SessionRequest request, Customer? customer, ImmutableArray<Award> awards, Asking asking)
    {
        var isCancelled = request.State == SessionMoves.Cancelled;
        var content = isCancelled ? session!.Content : request.Content ?? session!.Content;
        var next = new Session
        {
            SessionId = asking.SessionId,
            Application = asking.Application,
            State = StateOf(request.State),
            Content = content,
            Customer = isCancelled ? session!.Customer : customer,
            RequestHash = request.Hash(),
            CreatedAt = session?.CreatedAt ?? asking.Now,
            UpdatedAt = asking.Now,
            Effects = isCancelled ? [] : Rejections(content),
        };
        return next.State == SessionState.Closing ? Closing(next, awards, asking) : next;
    }

    /// <summary>The session once all steps of its intent are done.</summary>
    public static Session Complete(Session closing, IEnumerable<Effect> effects) => closing with
    {
        State = SessionState.Closed,
        ClosedAt = closing.Intent!.At,
        Effects = [.. closing.Effects, .. effects],
    };

    /// <summary>What a close would say of its points, without having given them.</summary>
    public static IEnumerable<Effect> Foreseen(CloseIntent intent) => intent.Awards.Select(
        a => new Effect("points-awarded") { Program = a.Program, Points = a.Hundredths / 100m, Card = a.Card?.Code });

    private static Session Closing(Session next, ImmutableArray<Award> awards, Asking asking) => next with
    {
        Intent = new CloseIntent(
            asking.IntentId, asking.Now, asking.By, awards,
            next.Customer?.IsTrusted == true ? [.. next.Content.Fingerprints] : []),
    };

    private static SessionState StateOf(string word) => word switch
    {
        SessionMoves.Open => SessionState.Open,
        SessionMoves.Cancelled => SessionState.Cancelled,
        _ => SessionState.Closing,
    };

    // No campaigns yet, so no code can be known.
    private static ImmutableArray<Effect> Rejections(SessionContent content)
    {
        var rejected = content.Coupons.Select(
            c => new Effect("coupon-rejected") { Coupon = c, Reason = "unknown-coupon" });
        if (content.ReferralCode is { } code)
            rejected = rejected.Append(
                new Effect("referral-rejected") { ReferralCode = code, Reason = "unknown-referral-code" });
        return [.. rejected];
    }
}
