using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>One of a customer's addresses.</summary>
/// <param name="AddressId">Names it within the customer.</param>
/// <param name="Label">What the customer calls it: <c>Home</c>.</param>
/// <param name="Recipient">Who receives there.</param>
/// <param name="Lines">Street and what goes with it, at least one.</param>
/// <param name="City">City.</param>
/// <param name="Region">County, state or province.</param>
/// <param name="PostalCode">Postal code.</param>
/// <param name="Country">ISO 3166 alpha-2.</param>
/// <param name="Phone">In E.164.</param>
/// <param name="Instructions">For whoever delivers.</param>
/// <param name="Default">Exactly one of a customer's addresses is it.</param>
public sealed record CustomerAddress(
    string AddressId, string? Label, string? Recipient, IReadOnlyList<string> Lines, string? City, string? Region,
    string? PostalCode, string? Country, string? Phone, string? Instructions, bool Default);

/// <summary>What a caller says of an address.</summary>
/// <param name="Address">The address, with an id that does not count yet.</param>
/// <param name="Default">True or false when the caller says so, else null.</param>
public sealed record AddressRequest(CustomerAddress Address, bool? Default)
{
    private const int ShortTextMax = 100;
    private const int LinesMax = 5;
    private const int LineLengthMax = 200;
    private const int InstructionsLengthMax = 500;

    /// <summary>Reads an address. Fails with: invalid, naming every wrong field.</summary>
    /// <param name="body">The JSON object.</param>
    /// <param name="region">ISO 3166 alpha-2, the country of phone numbers without a country code.</param>
    public static Result<AddressRequest> Read(JsonFields body, string region)
    {
        var lines = body.Texts("lines", LinesMax, LineLengthMax, ProfileRequest.CardFault);
        if (lines.Count == 0 && !body.HasErrors) body.Refuse("lines", "It must have at least one line.");
        var isDefault = body.Flag("default");
        var address = new CustomerAddress(
            "", body.Text("label", ShortTextMax, fault: ProfileRequest.CardFault),
            body.Text("recipient", LineLengthMax, fault: ProfileRequest.CardFault), lines,
            body.Text("city", ShortTextMax), body.Text("region", ShortTextMax), body.Text("postalCode", 20),
            body.Text("country", 2, fault: ProfileRequest.CountryFault), ProfileRequest.ReadPhone(body, region, false),
            body.Text("instructions", InstructionsLengthMax, fault: ProfileRequest.CardFault), isDefault is true);
        return body.Finish(() => new AddressRequest(address, isDefault));
    }
}

/// <summary>A customer's addresses: exactly one is the default while there are any.</summary>
public static class AddressBook
{
    /// <summary>Most addresses of a customer.</summary>
    public const int AddressesMax = 50;

    /// <summary>The customer with one more address; the first one is the default. Fails with: too-many-addresses.
    /// </summary>
    public static Result<Profile> Add(Profile profile, AddressRequest request, string addressId)
    {
        if (profile.Addresses.Any(a => a.AddressId == addressId)) return profile;
        if (profile.Addresses.Count >= AddressesMax) return ProfileErrors.TooManyAddresses;
        var added = request.Address with { AddressId = addressId };
        return With(profile, [.. profile.Addresses, added], request.Default is true ? addressId : null);
    }

    /// <summary>The customer with an address replaced. Fails with: not-found; invalid when it would leave nobody the
    /// default.</summary>
    public static Result<Profile> Replace(Profile profile, AddressRequest request, string addressId)
    {
        if (profile.Addresses.FirstOrDefault(a => a.AddressId == addressId) is not { } before)
            return ProfileErrors.NoSuchAddress;
        if (before.Default && request.Default is false) return ProfileErrors.DefaultAddressNeeded;
        var after = request.Address with { AddressId = addressId, Default = before.Default };
        return With(
            profile, [.. profile.Addresses.Select(a => a.AddressId == addressId ? after : a)],
            request.Default is true ? addressId : null);
    }

    /// <summary>The customer without an address; when it was the default, the oldest one left becomes it.
    /// Fails with: not-found.</summary>
    public static Result<Profile> Remove(Profile profile, string addressId) =>
        profile.Addresses.Any(a => a.AddressId == addressId)
            ? With(profile, [.. profile.Addresses.Where(a => a.AddressId != addressId)], null)
            : ProfileErrors.NoSuchAddress;

    /// <summary>The addresses of two customers who become one; the default is that of the first, when there is one.
    /// </summary>
    public static IReadOnlyList<CustomerAddress> Union(
        IReadOnlyList<CustomerAddress> first, IReadOnlyList<CustomerAddress> second) =>
        first.Count == 0 ? second : [.. first, .. second.Select(a => a with { Default = false })];

    private static Profile With(Profile profile, IReadOnlyList<CustomerAddress> addresses, string? wanted)
    {
        var chosen = wanted ?? addresses.OrderByDescending(a => a.Default).FirstOrDefault()?.AddressId;
        return profile with
        {
            Addresses = [.. addresses.Select(a => a with { Default = a.AddressId == chosen })],
        };
    }
}
