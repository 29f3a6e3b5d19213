namespace CustomerFunctions.Profiles.Domain;

/// <summary>When a consent was given, where the caller does not say.</summary>
public static class ConsentRules
{
    /// <summary>The customer with an instant on each consent: the caller's own; else the stored one while the consent
    /// says the same; else now. A source that is not given again stays with the consent that it belongs to.</summary>
    public static Profile Settled(this Profile wanted, Profile? stored, DateTimeOffset now) => wanted.Consent is null
        ? wanted
        : wanted with
        {
            Consent = new Consents(
                Settle(stored?.Consent?.Email, wanted.Consent.Email, now),
                Settle(stored?.Consent?.Sms, wanted.Consent.Sms, now)),
        };

    private static Consent? Settle(Consent? stored, Consent? wanted, DateTimeOffset now)
    {
        if (wanted is null || wanted.At is not null) return wanted;
        return stored?.Granted == wanted.Granted
            ? wanted with { At = stored.At ?? now, Source = wanted.Source ?? stored.Source }
            : wanted with { At = now };
    }
}
