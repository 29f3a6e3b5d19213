using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>A session as callers see it.</summary>
public sealed record SessionAnswer
{
    public required string SessionId { get; init; }

    public required SessionState State { get; init; }

    public required SalesChannel Channel { get; init; }

    public string? Store { get; init; }

    /// <summary>The customer's id; null for an anonymous order.</summary>
    public string? ProfileId { get; init; }

    /// <summary>Only in the answer to the request that said it; a session keeps none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SessionContact? Contact { get; init; }

    public CheckoutAs? CheckoutAs { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<SessionAnswerLine> Items { get; init; }

    public required IReadOnlyList<SessionDiscount> Discounts { get; init; }

    public required IReadOnlyList<string> Coupons { get; init; }

    public string? ReferralCode { get; init; }

    public required IReadOnlyList<string> LoyaltyCards { get; init; }

    public required IReadOnlyList<SessionPayment> Payments { get; init; }

    public string? OrderNumber { get; init; }

    /// <summary>Items less discounts, in minor units.</summary>
    public required long Total { get; init; }

    /// <summary>What the customer got back for what was returned, in minor units.</summary>
    public required long Refunded { get; init; }

    /// <summary>What was given back since it was closed, oldest first.</summary>
    public required IReadOnlyList<SessionAnswerReturn> Returns { get; init; }

    public required IReadOnlyList<Effect> Effects { get; init; }

    /// <summary>What an open order would bring if it were closed now.</summary>
    public required IReadOnlyList<TentativeBalance> Tentative { get; init; }

    /// <summary>Null unless the ordering site vouches for who it is.</summary>
    public CustomerBlock? Customer { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Custom attributes of the order itself.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Attributes { get; init; }
}

/// <summary>A line with its number, counted from 1.</summary>
public sealed record SessionAnswerLine(
    int Line, string Sku, string? Name, string? Category, long Quantity, long UnitPrice,
    IReadOnlyDictionary<string, JsonElement> Attributes)
{
    /// <summary>How many of it were given back.</summary>
    public long Returned { get; init; }
}

/// <summary>Something that was given back, in minor units.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who took it back.</param>
/// <param name="Items">What.</param>
/// <param name="Refunded">What the customer got back.</param>
/// <param name="Discount">The part of the discounts that went with it.</param>
/// <param name="Effects">What it has led to.</param>
public sealed record SessionAnswerReturn(
    DateTimeOffset At, string By, IReadOnlyList<ReturnedLine> Items, long Refunded, long Discount,
    IReadOnlyList<Effect> Effects);

/// <summary>What staff should see of a customer.</summary>
/// <param name="ProfileId">The customer's id.</param>
/// <param name="Tags">The customer's tags.</param>
/// <param name="Notes">The latest notes, newest first; only for keys with the scope staff.</param>
public sealed record CustomerBlock(string ProfileId, IReadOnlyList<string> Tags, IReadOnlyList<string> Notes)
{
    /// <summary>Only for keys with the scope staff.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DietaryNotes { get; init; }
}

/// <summary>Makes answers of sessions, with the customer as it is now.</summary>
public sealed class SessionAnswers(ProfileDirectory profiles, ProfileNotes notes, TentativePoints tentative)
{
    private const int NotesMax = 10;

    /// <summary>One session, for one caller, without what staff should see of its customer: an answer that is kept must
    /// not show that to others.</summary>
    public async Task<SessionAnswer> WithoutCustomerAsync(
        Caller caller, Session session, CancellationToken cancel) =>
        await OfAsync(caller, session, contact: null, cancel) with { Customer = null };

    /// <summary>One session, for one caller.</summary>
    public async Task<SessionAnswer> OfAsync(
        Caller caller, Session session, SessionContact? contact, CancellationToken cancel)
    {
        var profile = session.Customer is { } customer
            ? await profiles.FindAsync(caller.Environment, ProfileKey.Parse(customer.Key), cancel)
            : null;
        var content = session.Content;
        return new SessionAnswer
        {
            SessionId = session.SessionId,
            State = session.State,
            Channel = content.Channel,
            Store = content.Store,
            ProfileId = profile?.IntegrationId,
            Contact = contact,
            CheckoutAs = content.CheckoutAs,
            Currency = content.Currency,
            Items = [.. content.Items.Select((l, i) => new SessionAnswerLine(
                i + 1, l.Sku, l.Name, l.Category, l.Quantity, l.UnitPrice, l.Attributes)
            {
                Returned = session.ReturnedOf(i + 1),
            })],
            Discounts = content.Discounts,
            Coupons = content.Coupons,
            ReferralCode = content.ReferralCode,
            LoyaltyCards = content.LoyaltyCards,
            Payments = content.Payments,
            OrderNumber = content.OrderNumber,
            Total = content.Total,
            Refunded = session.GivenBack.Net,
            Returns = [.. session.Returns.Select(r => new SessionAnswerReturn(
                r.At, r.By, r.Lines, r.Amounts.Net, r.Amounts.Discount, r.Effects))],
            Effects = session.Effects,
            Tentative = await tentative.OfAsync(caller, session, cancel),
            Customer = profile is not null && session.Customer!.IsTrusted
                ? await BlockOfAsync(caller, profile, cancel)
                : null,
            CreatedAt = session.CreatedAt,
            UpdatedAt = session.UpdatedAt,
            ClosedAt = session.ClosedAt,
            Attributes = content.Attributes,
        };
    }

    private async Task<CustomerBlock> BlockOfAsync(Caller caller, StoredProfile profile, CancellationToken cancel)
    {
        if (!caller.Scopes.Cover(Scope.Staff)) return new(profile.IntegrationId, profile.Profile.Tags, Notes: []);
        var latest = await notes.ListAsync(caller.Environment, profile.Keys, after: null, NotesMax, cancel);
        return new(profile.IntegrationId, profile.Profile.Tags, [.. latest.Items.Select(n => n.Text)])
        {
            DietaryNotes = profile.Profile.DietaryNotes,
        };
    }
}
