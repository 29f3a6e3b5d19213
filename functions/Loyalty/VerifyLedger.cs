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
    public sealed record Response(bool Ok, long Entries, BadEntry? FirstBad);

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
        var found = await wallets.VerifyAsync(opened.Wallet, cancel);
        return Answer.Ok(new Response(found.FirstBad is null, found.Entries, found.FirstBad));
    }
}
