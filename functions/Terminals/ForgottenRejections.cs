using System.Text;
using System.Text.Json;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Empties the messages that were set aside and name a customer who is erased: by email, phone, id, name or a
/// card. All messages that were set aside are looked at; there are few.</summary>
public sealed class ForgottenRejections(
    PaymentIndex index, RejectedTable rejected, ProfileDirectory profiles, FingerprintBook book) : IForgets
{
    private const int PageSize = 100;

    /// <inheritdoc/>
    public bool NeedsProfile => true;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var cards = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (card, _) in book.OfCustomerAsync(environment, key, cancel)) cards.Add(card.Id);
        var stored = await profiles.FindAsync(environment, key, cancel);
        if (stored is null && cards.Count == 0) return;
        var words = stored is null ? [] : WordsOf(stored);
        // Messages of no known application may name customers of either environment.
        foreach (var list in new AppEnvironment?[] { environment, null })
            await ForgetAsync(environment, list, words, cards, cancel);
    }

    private async Task ForgetAsync(
        AppEnvironment environment, AppEnvironment? list, string[] words, HashSet<string> cards,
        CancellationToken cancel)
    {
        string? after = null;
        while (true)
        {
            var rows = await index.ReadAsync([PaymentLists.Rejected(list)], after, PageSize, cancel);
            foreach (var row in rows)
                if (await rejected.FindAsync(list, row.Id, cancel) is { } found
                    && Names(environment, found, words, cards))
                    await rejected.EmptyAsync(list, row.Id, cancel);
            if (rows.Count < PageSize) return;
            after = rows[^1].Position;
        }
    }

    // A name of three letters would be found in many messages that have nothing to do with its bearer.
    private static string[] WordsOf(StoredProfile stored) =>
    [
        .. stored.Emails.Concat(stored.Phones.Select(p => p.TrimStart('+'))).Append(stored.Profile.Name ?? "")
            .Where(w => w.Length > 3),
        .. stored.Ids.Select(id => $"\"{id}\""),
    ];

    private static bool Names(AppEnvironment environment, Rejection found, string[] words, HashSet<string> cards)
    {
        if (!Requests.Parse(Encoding.UTF8.GetBytes(found.Body)).Try(out var json, out _))
            return words.Any(w => WholeWords.Occur(found.Body, w));
        var data = EventEnvelope.Is(json) ? EventEnvelope.DataOf(json) : json;
        if (words.Any(w => Occurs(json, w) || (data is { } carried && Occurs(carried, w)))) return true;
        return data is { ValueKind: JsonValueKind.Object } payment
            && payment.TryGetProperty("fingerprint", out var value)
            && EventEnvelope.TextOf(value) is { } fingerprint
            && cards.Contains(FingerprintKey.Of(environment, fingerprint).Id);
    }

    private static bool Occurs(JsonElement json, string word)
    {
        try
        {
            // Written anew, so that what JSON spells with escapes is seen as well.
            return WholeWords.Occur(Json.Write(json), word);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: it cannot be written anew.
            return WholeWords.Occur(json.GetRawText(), word);
        }
    }
}
