using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>
/// The hash chain over a wallet's entries. Each hash covers the one before, so nobody can change or drop an entry
/// without changing every later hash and the head's. The first covers the wallet's own name, so that chains cannot be
/// exchanged between wallets.
/// </summary>
public static class Chain
{
    private const int Version = 1;

    /// <summary>The hash that stands before the first entry of a wallet.</summary>
    public static string Genesis(string wallet) => Hex(Encoding.UTF8.GetBytes($"genesis|{wallet}"));

    /// <summary>The entry with its hash.</summary>
    public static LedgerEntry Seal(LedgerEntry entry, string wallet, string hashBefore) =>
        entry with { Hash = HashOf(entry, hashBefore.Length == 0 ? Genesis(wallet) : hashBefore) };

    /// <summary>Keyed digest of the text beside an entry.</summary>
    public static string TextDigest(EntryText text) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Convert.FromHexString(text.Salt), Encoding.UTF8.GetBytes($"{text.Reason}\0{text.By}\0{text.Session}")));

    /// <summary>True for what can be the key of a text's digest.</summary>
    public static bool IsSalt(string? salt) =>
        salt is { Length: > 0 } && salt.Length % 2 == 0 && salt.All(char.IsAsciiHexDigit);

    /// <summary>The hash of an entry, given the one before.</summary>
    public static string HashOf(LedgerEntry entry, string hashBefore)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, entry, hashBefore);
        return Hex(buffer.WrittenSpan);
    }

    // The order and spelling of these members are part of the format: changing either makes a new version.
    private static void Write(Utf8JsonWriter json, LedgerEntry entry, string hashBefore)
    {
        json.WriteStartArray();
        json.WriteNumberValue(Version);
        json.WriteStringValue(hashBefore);
        json.WriteNumberValue(entry.Seq);
        json.WriteStringValue(entry.Kind.ToString());
        json.WriteStringValue(entry.Ledger);
        json.WriteNumberValue(entry.Points.Hundredths);
        Write(json, entry.EffectiveAt);
        json.WriteStringValue(entry.Lot);
        Write(json, entry.ActiveAt);
        Write(json, entry.ExpiresAt);
        json.WriteStringValue(entry.Origin?.Kind);
        json.WriteStringValue(entry.Origin?.Id);
        foreach (var allocation in entry.Allocations)
        {
            json.WriteStringValue(allocation.Lot);
            json.WriteNumberValue(allocation.Points.Hundredths);
            json.WriteStringValue(allocation.Debt);
        }

        json.WriteNumberValue(entry.BalanceAfter.Active.Hundredths);
        json.WriteNumberValue(entry.BalanceAfter.Pending.Hundredths);
        json.WriteNumberValue(entry.BalanceAfter.Negative.Hundredths);
        json.WriteStringValue(entry.ChangeId);
        json.WriteStringValue(entry.TextDigest);
        json.WriteStringValue(entry.ExpiryRule);
        json.WriteStringValue(entry.Rule);
        json.WriteNumberValue(entry.Reverses ?? 0);
        json.WriteStringValue(entry.Transfer?.Id);
        json.WriteStringValue(entry.Transfer?.Wallet);
        json.WriteStringValue(entry.Transfer?.Ledger);
        WriteLots(json, entry);
        if (entry.Standing is { } standing) Write(json, standing);
        if (entry.ReversesIn is { } wallet) WriteApart(json, "in", wallet);
        if (entry.Brought is { } brought)
        {
            json.WriteStartArray();
            Write(json, brought);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // What only few entries have is named, so that it cannot be taken for anything else.
    private static void WriteApart(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteLots(Utf8JsonWriter json, LedgerEntry entry)
    {
        json.WriteStartArray();
        foreach (var grant in entry.Grants ?? [])
        {
            json.WriteStringValue(grant.Lot);
            json.WriteNumberValue(grant.Points.Hundredths);
            json.WriteStringValue(grant.Origin.Kind);
            json.WriteStringValue(grant.Origin.Id);
            Write(json, grant.AwardedAt);
            Write(json, grant.Start);
            Write(json, grant.Expiry);
            if (grant.ExpiryRule is { } rule) WriteApart(json, "rule", rule);
        }

        json.WriteEndArray();
        json.WriteStartArray();
        foreach (var terms in entry.Terms ?? [])
        {
            json.WriteStringValue(terms.Lot);
            Write(json, terms.Start);
            Write(json, terms.Expiry);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Standing standing)
    {
        json.WriteStringValue(standing.Tier);
        Write(json, standing.Since);
        Write(json, standing.ExpiresAt);
        json.WriteNumberValue(standing.Earned.Hundredths);
        Write(json, standing.PeriodEndsAt);
    }

    private static void Write(Utf8JsonWriter json, DateTimeOffset? instant) => json.WriteStringValue(
        instant?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>The free text beside an entry, erasable.</summary>
/// <param name="Reason">Why, in somebody's words.</param>
/// <param name="By">Who did it.</param>
/// <param name="Session">The id of a session, as the caller gave it.</param>
/// <param name="Salt">32 random bytes in hex, the key of the digest that the entry holds.</param>
public sealed record EntryText(string? Reason, string? By, string? Session, string Salt);
