using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Where an order stands.</summary>
public enum SessionState
{
    /// <summary>Being made.</summary>
    Open,

    /// <summary>Done, with all its effects.</summary>
    Closed,

    /// <summary>Done, and something of it was given back; perhaps all.</summary>
    [JsonStringEnumMemberName(SessionMoves.PartiallyReturned)]
    PartiallyReturned,

    /// <summary>Given up before or after it was closed; nothing of its effects is left.</summary>
    Cancelled,
}

/// <summary>Whose order it is.</summary>
/// <param name="Key">The profile key.</param>
/// <param name="IsTrusted">Named by the site, by id or by a contact that it vouches for: may be shown to staff and may
/// teach a card.</param>
public sealed record Customer(string Key, bool IsTrusted);

/// <summary>How a session was last closed.</summary>
/// <param name="Id">Names the close in everything that it did.</param>
/// <param name="At">When: server time.</param>
/// <param name="By">Who closed it: <c>application:shop</c>.</param>
/// <param name="Fingerprints">The cards that it taught.</param>
public sealed record SessionClose(string Id, DateTimeOffset At, string By, ImmutableArray<string> Fingerprints);

/// <summary>A session as stored.</summary>
public sealed record Session
{
    public required string SessionId { get; init; }

    public required string Application { get; init; }

    /// <summary>Where it stands; while something is being done with it, where it stood before.</summary>
    public required SessionState State { get; init; }

    public required SessionContent Content { get; init; }

    /// <summary>Null while nobody is known, and for ever for an anonymous order.</summary>
    public Customer? Customer { get; init; }

    /// <summary>What it has led to since it was opened, in order.</summary>
    public ImmutableArray<Effect> Effects { get; init; } = [];

    /// <summary>SHA-256 over the request that led to this state: the same request again gets the same answer.</summary>
    public required string RequestHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How it was closed; null before, and once it is open again.</summary>
    public SessionClose? Close { get; init; }

    /// <summary>When it was closed; null while it is open.</summary>
    [JsonIgnore]
    public DateTimeOffset? ClosedAt => Close?.At;

    /// <summary>What was given back since it was closed, oldest first.</summary>
    public ImmutableArray<SessionReturn> Returns { get; init; } = [];

    /// <summary>All changes that have ever given something back, so that none of them does so again.</summary>
    public ImmutableArray<ReturnKey> ReturnKeys { get; init; } = [];

    /// <summary>What it has earned, and what came back of that, by wallet and ledger.</summary>
    public ImmutableArray<PointsTally> Tallies { get; init; } = [];

    /// <summary>What is being done; null when nothing is.</summary>
    public SessionIntent? Intent { get; init; }

    /// <summary>How many intents there were.</summary>
    public long Intents { get; init; }

    /// <summary>Its customer was erased: amounts and dates are left.</summary>
    public bool IsErased { get; init; }

    /// <summary>What was given back since it was closed, together.</summary>
    [JsonIgnore]
    public GivenBack GivenBack => Returns.Aggregate(GivenBack.Nothing, (sum, r) => sum + r.Amounts);

    /// <summary>How many of a line, counted from 1, were given back.</summary>
    public long ReturnedOf(int line) =>
        Returns.SelectMany(r => r.Lines).Where(l => l.Line == line).Sum(l => l.Quantity);
}
