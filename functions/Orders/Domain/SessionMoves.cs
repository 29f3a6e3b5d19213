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

    /// <summary>The states that may follow; from null for a session that is not there yet. What is given back is told
    /// by <c>POST …/returns</c>.</summary>
    public static IReadOnlyList<string> Allowed(SessionState? from) => from switch
    {
        null => [Open, Closed],
        SessionState.Open => [Open, Closed, Cancelled],
        SessionState.Closed or SessionState.PartiallyReturned => [Open, Cancelled],
        _ => [],
    };

    /// <summary>True when a session in this state already is what the word asks for.</summary>
    public static bool Is(SessionState state, string word) => (state, word) switch
    {
        (SessionState.Open, Open) or (SessionState.Cancelled, Cancelled) => true,
        // A close that is told again after something was given back.
        (SessionState.Closed or SessionState.PartiallyReturned, Closed) => true,
        _ => false,
    };

    /// <summary>True when something of a session in this state can be given back.</summary>
    public static bool MayReturn(SessionState state) => state is SessionState.Closed or SessionState.PartiallyReturned;
}
