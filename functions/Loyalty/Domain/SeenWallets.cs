namespace CustomerFunctions.Loyalty.Domain;

/// <summary>
/// The wallets of a run of owners as they were just read, to be held against everything that was ever anchored. It
/// keeps 16 bytes for each entry and no more, so that anchors may pass by in any order and number. Whatever looks wrong
/// is a suspect only: its wallet may have changed while it was read.
/// </summary>
/// <param name="after">The owner before the first.</param>
public sealed class SeenWallets(string after)
{
    private readonly Dictionary<string, IReadOnlyList<UInt128>> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<ChainAnchor>> _suspects = new(StringComparer.Ordinal);

    /// <summary>How many were seen.</summary>
    public int Count => _seen.Count;

    /// <summary>Owners that look wrong, with the anchors that do.</summary>
    public IReadOnlyDictionary<string, List<ChainAnchor>> Suspects => _suspects;

    /// <summary>What is kept of a hash: its first half, which nobody can forge either.</summary>
    public static UInt128 Short(string hash) =>
        UInt128.TryParse(
            hash.AsSpan(0, Math.Min(32, hash.Length)), System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : default;

    /// <summary>Notes a wallet.</summary>
    /// <param name="owner">Its owner.</param>
    /// <param name="hashes">The hashes of its entries, by number, shortened.</param>
    /// <param name="isSound">False when it looks wrong by itself.</param>
    public void Add(string owner, IReadOnlyList<UInt128> hashes, bool isSound)
    {
        _seen.Add(owner, hashes);
        if (!isSound) _suspects.TryAdd(owner, []);
    }

    /// <summary>Holds an anchor against the wallet that it names.</summary>
    /// <param name="owner">The wallet's owner.</param>
    /// <param name="anchor">The anchor.</param>
    /// <param name="upTo">The last owner that was looked for; null for all that come.</param>
    public void Match(string owner, ChainAnchor anchor, string? upTo)
    {
        if (string.CompareOrdinal(owner, after) <= 0) return;
        if (upTo is not null && string.CompareOrdinal(owner, upTo) > 0) return;
        if (_suspects.TryGetValue(owner, out var anchors)) anchors.Add(anchor);
        else if (!_seen.TryGetValue(owner, out var hashes) || anchor.Seq < 1 || anchor.Seq > hashes.Count
            || hashes[(int)anchor.Seq - 1] != Short(anchor.Hash)) _suspects.Add(owner, [anchor]);
    }
}
