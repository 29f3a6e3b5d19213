using CustomerFunctions.Access;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>What the application behind a request says of its sessions.</summary>
internal static class SessionRulesOfCaller
{
    /// <summary>The rules to read a request by.</summary>
    public static SessionRules SessionRules(this Caller caller) =>
        new(caller.App.Currency, caller.App.Region, caller.CaptureOf);

    /// <summary>Which customers one of its channels may learn of.</summary>
    public static Capturing CaptureOf(this Caller caller, SalesChannel channel) =>
        new(caller.App.CaptureOf(channel).Guests, caller.App.CaptureOf(channel).Registered);
}
