using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Proves a wallet right from its entries alone, or names the first entry that is wrong.</summary>
public sealed class VerifyLedger(WalletDoor door, WalletReader wallets)
{
    /// <summary>The finding.</summary>
    /// <param name="Ok">True when nothing is wrong.</param>
    /// <param name="Entries">How many there are, with those of wallets that were merged into it.</param>
    /// <param name="FirstBad">The first that is wrong.</param>
    /// <param name="BadOwner">The merged customer in whose wallet it lies; null for the customer's own.</param>
    public sealed record Response(bool Ok, long Entries, BadEntry? FirstBad, string? BadOwner);

    [Function(nameof(VerifyLedger))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/verify")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out var error))
            return Problem.From(error);
        var (entries, response) = (0L, (Response?)null);
        foreach (var chain in await wallets.ChainsOfAsync(opened.Wallet, cancel))
        {
            var found = await wallets.VerifyAsync(chain, cancel);
            entries += found.Entries;
            if (found.FirstBad is { } bad)
                response ??= new Response(false, 0, bad, chain == opened.Wallet ? null : chain.Owner);
        }

        return Answer.Ok((response ?? new Response(true, 0, null, null)) with { Entries = entries });
    }
}
