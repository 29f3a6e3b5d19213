using System.Collections.Immutable;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Who asks for a session, and when.</summary>
/// <param name="SessionId">The caller's name for it.</param>
/// <param name="Application">The caller's application.</param>
/// <param name="By">How the caller is named in entries.</param>
/// <param name="Key">Names the session among all.</param>
/// <param name="Now">Server time.</param>
public sealed record Asking(string SessionId, string Application, string By, string Key, DateTimeOffset Now)
{
    /// <summary>The session's next intent.</summary>
    public SessionIntent Begin(Session? session, SessionMove move, ImmutableArray<PointsStep> points)
    {
        var number = (session?.Intents ?? 0) + 1;
        return new SessionIntent(number, Hash.Hex("session-intent", Key, $"{number}"), move, Now, By, points);
    }
}

/// <summary>Decides what a request makes of a session. Pure: the same inputs give the same session.</summary>
public static class SessionDecision
{
    /// <summary>The state in which a request is answered without any writing: it was done before.</summary>
    public static bool IsRepeat(Session? session, SessionRequest request) =>
        session is { Intent: null } && SessionMoves.Is(session.State, request.State)
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

    /// <summary>True when a request rolls back what the session has led to.</summary>
    public static bool IsRollback(Session? session, SessionRequest request) => session is not null
        && (request.State == SessionMoves.Cancelled
            || (request.State == SessionMoves.Open && session.Close is not null));

    /// <summary>The session that a legal request leads to, when it rolls nothing back.</summary>
    /// <param name="session">As it is, or null.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="customer">Whose order it is, or null.</param>
    /// <param name="awards">The points that a close is worth.</param>
    /// <param name="asking">Who asks, and when.</param>
    public static Session Next(
        Session? session, SessionRequest request, Customer? customer, ImmutableArray<Award> awards, Asking asking)
    {
        var content = request.Content ?? session!.Content;
        var next = new Session
        {
            SessionId = asking.SessionId,
            Application = asking.Application,
            State = SessionState.Open,
            Content = content,
            Customer = request.Content is null ? session!.Customer : customer,
            RequestHash = request.Hash(),
            CreatedAt = session?.CreatedAt ?? asking.Now,
            UpdatedAt = asking.Now,
            Effects = Rejections(content),
            ReturnKeys = session?.ReturnKeys ?? [],
            Tallies = session?.Tallies ?? [],
            Intents = session?.Intents ?? 0,
        };
        return request.State == SessionMoves.Closed ? Closing(next, awards, asking) : next;
    }

    /// <summary>The session with all that has to be rolled back. It is cancelled or opened again once that is done; a
    /// content that the request may have is another step.</summary>
    /// <param name="session">As it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="shares">What wallets know of it.</param>
    /// <param name="asking">Who asks, and when.</param>
    public static Session RollBack(
        Session session, SessionRequest request, IReadOnlyList<WalletShare> shares, Asking asking)
    {
        var isCancelled = request.State == SessionMoves.Cancelled;
        var steps = PointsBack.StepsOf(session, shares, Portion.All, 0, (_, _) => 0);
        var next = session with
        {
            RequestHash = isCancelled || request.Content is null ? request.Hash() : session.RequestHash,
            UpdatedAt = asking.Now,
        };
        // A cart that is given up has led to nothing, unless somebody granted or spent points in its name.
        if (session.Close is null && steps.All(s => s.Hundredths == 0))
            return next with { State = SessionState.Cancelled, Effects = [] };
        var intent = asking.Begin(session, isCancelled ? SessionMove.Cancel : SessionMove.Reopen, steps);
        return next with { Intent = intent, Intents = intent.Number };
    }

    /// <summary>The session once all steps of its intent are done.</summary>
    public static Session Complete(Session session, IReadOnlyList<PointsDone> done)
    {
        var intent = session.Intent!;
        ImmutableArray<Effect> effects = [.. done.Select(d => d.Effect).OfType<Effect>()];
        var after = session with { Intent = null, Effects = session.Effects.AddRange(effects) };
        return intent.Move switch
        {
            SessionMove.Close => after with
            {
                State = SessionState.Closed,
                Close = new SessionClose(intent.Id, intent.At, intent.By, intent.Fingerprints),
                Tallies = Closed(intent, done),
            },
            SessionMove.Return => after with
            {
                State = SessionState.PartiallyReturned,
                Returns = session.Returns.Add(intent.Return! with { Effects = effects }),
                ReturnKeys = session.ReturnKeys.Add(intent.ReturnKey!),
                Tallies = PointsBack.Counted(session, done),
            },
            SessionMove.Cancel => after with
            {
                State = SessionState.Cancelled,
                Tallies = PointsBack.Kept(session, done),
            },
            _ => after with
            {
                State = SessionState.Open,
                Close = null,
                Returns = [],
                Effects = effects,
                Tallies = PointsBack.Kept(session, done),
            },
        };
    }

    private static Session Closing(Session next, ImmutableArray<Award> awards, Asking asking)
    {
        var tallies = awards.Select(a => a.After(next.Tallies)).ToImmutableArray();
        var intent = asking.Begin(next, SessionMove.Close, [.. awards.Select(a => a.Step(next.Tallies))]) with
        {
            Fingerprints = next.Customer?.IsTrusted == true ? [.. next.Content.Fingerprints] : [],
            Tallies =
            [
                .. next.Tallies.Where(t => !tallies.Any(n => (n.Program, n.Owner, n.Ledger)
                    == (t.Program, t.Owner, t.Ledger))),
                .. tallies,
            ],
        };
        return next with { Intent = intent, Intents = intent.Number };
    }

    // An award that was refused is worth nothing: what is there from before stays.
    private static ImmutableArray<PointsTally> Closed(SessionIntent intent, IReadOnlyList<PointsDone> done) =>
    [
        .. intent.Tallies.Select(t => done.FirstOrDefault(d => t.IsOf(d.Step)) is { } d && d.Done < d.Step.Hundredths
            ? t with { Earned = t.Earned - d.Step.Hundredths, Due = t.Due - d.Step.Hundredths }
            : t),
    ];

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
