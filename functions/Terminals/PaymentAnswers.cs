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

    public required IReadOnlyList<PaymentPoints> Points { get; init; }

    public required IReadOnlyList<string> Flags { get; init; }
}

/// <summary>Points that a payment has earned so far.</summary>
public sealed record PaymentPoints(string Program, decimal Points);

/// <summary>Makes answers of payments, with their customers as they are now.</summary>
public sealed class PaymentAnswers(ProfileDirectory profiles)
{
    /// <summary>The payments of one page.</summary>
    public async Task<IReadOnlyList<PaymentAnswer>> OfAsync(
        AppEnvironment environment, IReadOnlyList<Payment> payments, CancellationToken cancel)
    {
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var part in payments.Select(p => p.Outcome.ProfileKey).OfType<string>().Distinct()
            .Chunk(StorageAtOnce.Max))
        {
            var found = await Task.WhenAll(
                part.Select(key => profiles.FindAsync(environment, ProfileKey.Parse(key), cancel)));
            foreach (var (key, profile) in part.Zip(found)) ids[key] = profile?.IntegrationId;
        }

        return [.. payments.Select(p => Of(p, p.Outcome.ProfileKey is { } key ? ids[key] : null))];
    }

    private static PaymentAnswer Of(Payment payment, string? profileId)
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
            Points = [.. payment.Outcome.Points.Select(p => new PaymentPoints(p.Key, p.Value / 100m))],
            Flags = summary.Flags,
        };
    }
}
