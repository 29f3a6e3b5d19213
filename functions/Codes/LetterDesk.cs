using System.Security.Cryptography;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Codes;

/// <summary>
/// Sends the letters that wait, and removes what no longer matters. The code is made here, at the time of sending: its
/// hash is written, then it goes out, and nothing keeps it in the clear. A letter that could not be sent waits for the
/// next run, which makes a new code; one that cannot be sent for half an hour is given up.
/// </summary>
public sealed class LetterDesk(
    CodesTable codes, CodeBook book, ProfileDirectory directory, LetterPost post, TimeProvider clock)
{
    private const int SaltBytes = 32;

    /// <summary>Works on one marked row; true when the mark can go.</summary>
    public async Task<bool> WorkAsync(DueItem item, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var address = CodeAddress.Parse(item.Subject);
        if (await codes.FindAsync(address, cancel) is not { } stored) return true;
        if (now >= stored.State.EndsAt(address.Purpose)) return await codes.TryDeleteAsync(stored, cancel);
        if (stored.State.IsBeingSent(now)) return false;
        if (stored.State.IsWaiting(now))
        {
            if (!await (address.IsRequest ? PassOnAsync(stored, cancel) : SendAsync(stored, cancel))) return false;
        }

        await book.MarkEndAsync(address, stored.State, cancel);
        return true;
    }

    /// <summary>Looks whose email it is, and asks for the letter there.</summary>
    private async Task<bool> PassOnAsync(StoredCode stored, CancellationToken cancel)
    {
        var (address, waiting) = (stored.Address, stored.State.Waiting!);
        var owner = await directory.FindByClaimAsync(address.Environment, stored.State.Claim!, cancel);
        if (owner is not null)
        {
            var own = CodeAddress.Of(address.Environment, owner.Key, CodePurpose.Password);
            // Enough letters, of which the route must not tell: this one is dropped.
            var asked = await book.AskAsync(
                own, waiting.Application, Change.Of("password-request", waiting.ChangeId), cancel);
            if (asked is { IsOk: true, Value.Mark: { } mark }) await WorkAsync(mark, cancel);
        }

        await book.SettleAsync(address, waiting.ChangeId, cancel);
        return true;
    }

    private async Task<bool> SendAsync(StoredCode stored, CancellationToken cancel)
    {
        var (address, waiting) = (stored.Address, stored.State.Waiting!);
        var customer = await directory.FindAsync(address.Environment, address.Key, cancel);
        if (address.Purpose.ContactOf(customer?.Profile.Email, customer?.Profile.Phone) is { } contact)
        {
            var secret = address.Purpose.IsToken
                ? Secrets.TokenOf(address.Key, RandomNumberGenerator.GetBytes(Secrets.TokenBytes))
                : Secrets.CodeOf(RandomNumberGenerator.GetInt32(1_000_000));
            var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes));
            var issued = stored.State.Issue(
                salt, Secrets.HashOf(salt, secret), Secrets.HashOf(salt, contact.Address), address.Purpose,
                clock.GetUtcNow());
            await book.MarkEndAsync(address, issued, cancel);
            if (await codes.TryPutAsync(address, issued, stored, cancel) is null) return false;
            await post.SendAsync(salt[..32], contact, address.Purpose, secret, waiting.Application, cancel);
        }

        await book.SettleAsync(address, waiting.ChangeId, cancel);
        return true;
    }
}
