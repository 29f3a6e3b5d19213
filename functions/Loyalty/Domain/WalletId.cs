using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>One owner's points in one program.</summary>
/// <param name="Environment">The world it lies in.</param>
/// <param name="Program">The program's name.</param>
/// <param name="Owner">The text of the owner's key, a customer's or a loyalty card's.</param>
public readonly record struct WalletId(AppEnvironment Environment, string Program, string Owner)
{
    /// <summary>A profile's wallet.</summary>
    public static WalletId Of(AppEnvironment environment, string program, ProfileKey owner) =>
        new(environment, program, owner.ToString());

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static WalletId Parse(string text)
    {
        var parts = text.Split('|');
        return new WalletId(AppEnvironments.Parse(parts[0]), parts[1], parts[2]);
    }

    /// <summary><c>live|stars|0198…</c>, the wallet's partition.</summary>
    public override string ToString() => $"{Environment.Name()}|{Program}|{Owner}";
}
