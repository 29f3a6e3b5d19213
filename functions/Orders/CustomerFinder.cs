using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>Finds, or makes, the customer of an order.</summary>
public sealed class CustomerFinder(ProfileDirectory profiles)
{
    /// <summary>The customer, or null for an anonymous order. A guest's id follows from the contact, or from the
    /// session when there is none, so that however often this is repeated one guest is made.
    /// Fails with: invalid (unknown profileId), and what making a guest fails with.</summary>
    /// <param name="order">Which session, and who asks.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Result<Customer?>> FindAsync(
        SessionOrder order, SessionRequest request, CancellationToken cancel)
    {
        if (request.Content is null) return (Customer?)null;
        var (application, key) = (order.Caller.App, order.Key);
        var capture = order.Caller.CaptureOf(request.Content.Channel);
        var by = Identification.Of(request.Content, request.ProfileId, request.Contact, capture);
        var isTrusted = Identification.IsTrusted(by, request.Contact);
        if (by == IdentifyBy.ProfileId)
            return await profiles.FindAsync(key.Environment, request.ProfileId!, cancel) is { } named
                ? Known(named, isTrusted)
                : OrdersErrors.UnknownProfile;
        if (by == IdentifyBy.RegisteredContact && await FindRegisteredAsync(key, request.Contact!, cancel) is { } owner)
            return Known(owner, isTrusted);
        var isGuest = by is IdentifyBy.RegisteredContact or IdentifyBy.GuestContact
            || (by == IdentifyBy.NewGuest && request.State == SessionMoves.Closed);
        if (!isGuest || !capture.Guests || order.IsDry) return (Customer?)null;
        var guest = await MakeGuestAsync(application, key, request.Contact, cancel);
        // A guest who registered since is nobody's guest any more: the order gets one of its own.
        if (guest is { IsOk: true, Value.Profile.Kind: ProfileKind.Registered })
            guest = await MakeGuestAsync(key, request.Contact, Change.Of("guest-of-session", key.ToString()), cancel);
        return guest.Map<Customer?>(g => new Customer(g.Key.ToString(), isTrusted));
    }

    private static Result<Customer?> Known(StoredProfile profile, bool isTrusted) =>
        new Customer(profile.Key.ToString(), isTrusted);

    private Task<StoredProfile?> FindRegisteredAsync(
        SessionKey key, SessionContact contact, CancellationToken cancel) =>
        profiles.FindByContactAsync(key.Environment, contact.Email, contact.Phone, cancel);

    private Task<Result<StoredProfile>> MakeGuestAsync(
        Application application, SessionKey key, SessionContact? contact, CancellationToken cancel) => MakeGuestAsync(
        key, contact,
        contact is { IsReachable: true }
            ? Change.Of("guest", application.Environment.Name(), contact.Email?.ToLowerInvariant() ?? contact.Phone!)
            : Change.Of("guest-of-session", key.ToString()),
        cancel);

    private Task<Result<StoredProfile>> MakeGuestAsync(
        SessionKey key, SessionContact? contact, Change change, CancellationToken cancel) => profiles.MakeGuestAsync(
        key.Environment, new GuestContact(contact?.Email, contact?.Phone, contact?.Name), change, cancel);
}
