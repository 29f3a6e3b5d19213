using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Terminals;

/// <summary>Reads that run side by side: more only queue.</summary>
internal static class StorageAtOnce
{
    /// <summary>Source: measured against the emulator; the service takes many more.</summary>
    public const int Max = 16;
}

/// <summary>A payment as callers see it; amounts are minor units.</summary>
public sealed record PaymentAnswer
{
    public required string TransactionId { get; init; }

    public required string Application { get; init; }

    public required PaymentStatus Status { get; init; }

    public required long Amount { get; init; }

    public required long Refunded { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public string? StoreId { get; init; }

    public string? TerminalId { get; init; }

    public string? PaymentMedia { get; init; }

    public string? OrderNumber { get; init; }

    public string? Fingerprint { get; init; }

    public required bool Linked { get; init; }

    public string? ProfileId { get; init; }

    /// <summary><c>admin</c> when an admin has decided whose it is; null while its card tells.</summary>
    public string? Decision { get; init; }

    public required IReadOnlyList<PaymentPoints> Points { get; init; }

    public required IReadOnlyList<string> Flags { get; init; }
}

/// <summary>Points that a payment has earned so far.</summary>
public sealed record PaymentPoints(string Program, decimal Points);

/// <summary>Makes answers of payments, with their customers as they are now.</summary>
public sealed class PaymentAnswers(ProfileDirectory profiles, FingerprintBook book)
{
    /// <summary>Flags a payment whose card several customers are tied to.</summary>
    public const string SharedCard = "shared-card";

    private const string ByAdmin = "admin";

    /// <summary>The payments of one page. One call for each customer and each card.</summary>
    public async Task<IReadOnlyList<PaymentAnswer>> OfAsync(
        AppEnvironment environment, IReadOnlyList<Payment> payments, CancellationToken cancel)
    {
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, profile) in await ReadAsync(
            payments.Select(p => p.Outcome.ProfileKey),
            key => profiles.FindAsync(environment, ProfileKey.Parse(key), cancel))) ids[key] = profile?.IntegrationId;
        var shared = (await ReadAsync(
            payments.Select(p => p.Facts.Completed?.Fingerprint),
            fingerprint => IsSharedAsync(FingerprintKey.Of(environment, fingerprint), cancel)))
            .Where(card => card.Value).Select(card => card.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. payments.Select(p => Of(
                p, p.Outcome.ProfileKey is { } key ? ids[key] : null,
                p.Facts.Completed?.Fingerprint is { } card && shared.Contains(card))),
        ];
    }

    private static async Task<List<(string Key, T Value)>> ReadAsync<T>(
        IEnumerable<string?> keys, Func<string, Task<T>> read)
    {
        var all = new List<(string, T)>();
        foreach (var part in keys.OfType<string>().Distinct().Chunk(StorageAtOnce.Max))
            all.AddRange(part.Zip(await Task.WhenAll(part.Select(read))));
        return all;
    }

    // Customers who were merged are one; that is only asked when there are several.
    private async Task<bool> IsSharedAsync(FingerprintKey card, CancellationToken cancel)
    {
        var links = await book.ListLinksAsync(card, cancel);
        var keys = links.Where(l => l.Cut is null).Select(l => l.ProfileKey).Distinct().ToList();
        if (keys.Count < 2) return false;
        var customers = new HashSet<ProfileKey>();
        foreach (var key in keys)
            if (await profiles.FindAsync(card.Environment, ProfileKey.Parse(key), cancel) is { } customer)
                customers.Add(customer.Key);
        return customers.Count > 1;
    }

    private static PaymentAnswer Of(Payment payment, string? profileId, bool isShared)
    {
        var summary = PaymentSummary.Of(payment.Facts);
        var said = payment.Facts.Completed ?? payment.Facts.ByKey.Values.First();
        return new PaymentAnswer
        {
            TransactionId = payment.TransactionId,
            Application = payment.Application,
            Status = summary.Status,
            Amount = summary.Amount,
            Refunded = summary.Refunded,
            Currency = summary.Currency,
            OccurredAt = summary.OccurredAt,
            StoreId = said.StoreId,
            TerminalId = said.TerminalId,
            PaymentMedia = said.PaymentMedia,
            OrderNumber = said.OrderNumber,
            Fingerprint = summary.Fingerprint,
            Linked = payment.Outcome.ProfileKey is not null,
            ProfileId = profileId,
            Decision = payment.Decision is null ? null : ByAdmin,
            Points = [.. payment.Outcome.Points.Select(p => new PaymentPoints(p.Key, p.Value / 100m))],
            Flags = isShared ? [.. summary.Flags.Append(SharedCard).Order(StringComparer.Ordinal)] : summary.Flags,
        };
    }
}
