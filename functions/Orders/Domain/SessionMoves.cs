namespace CustomerFunctions.Orders.Domain;

/// <summary>Which states follow which, by the words that callers use.</summary>
public static class SessionMoves
{
    public const string Open = "open";
    public const string Closed = "closed";
    public const string Cancelled = "cancelled";
    public const string PartiallyReturned = "partially_returned";

    /// <summary>All words that a request may use.</summary>
    public static IReadOnlyList<string> Words { get; } = [Open, Closed, Cancelled, PartiallyReturned];

    /// <summary>The states that may follow; from null for a session that is not there yet.</summary>
    public static IReadOnlyList<string> Allowed(SessionState? from) => from switch
    {
        null => [Open, Closed],
        SessionState.Open => [Open, Closed, Cancelled],
        _ => [],
    };

    /// <summary>True when a session in this state already is what the word asks for.</summary>
    public static bool Is(SessionState state, string word) => (state, word) switch
    {
        (SessionState.Open, Open) or (SessionState.Cancelled, Cancelled) => true,
        (SessionState.Closing or SessionState.Closed, Closed) => true,
        _ => false,
    };
}
