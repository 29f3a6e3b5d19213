using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Codes;

/// <summary>The door for other areas: codes that prove that somebody reads a customer's mail or phone.</summary>
public sealed class OneTimeCodes(CodeBook book, ProfileDirectory directory, LetterKick kick)
{
    /// <summary>Sends a customer a code, once for each change; an earlier one of that purpose no longer holds. Claims
    /// go to the email, or to the phone where there is none.
    /// Fails with: not-found, no-contact, no-email, no-phone, too-many-letters, contention.</summary>
    /// <param name="environment">Where the customer lives.</param>
    /// <param name="application">In whose name the letter goes out.</param>
    /// <param name="subject">Who gets the code.</param>
    /// <param name="purpose">What it is good for.</param>
    /// <param name="change">Names the request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Error?> SendAsync(
        AppEnvironment environment, Application application, ProfileKey subject, CodePurpose purpose, Change change,
        CancellationToken cancel)
    {
        if (await directory.FindAsync(environment, subject, cancel) is not { } customer) return ProfileErrors.NotFound;
        if (ContactOf(purpose, customer) is null) return Missing(purpose);
        var asked = await book.AskAsync(
            CodeAddress.Of(environment, subject, purpose), application.Name, change, cancel);
        if (!asked.Try(out var taken, out var refusal)) return refusal;
        kick.Send(taken.Mark);
        return null;
    }

    /// <summary>Checks a code. Every check is counted before the code is looked at, but not the same change again.
    /// Without <paramref name="preview"/> a right code is used up; the change that used it finds it right again.
    /// Fails with: no-code, code-wrong, contention.</summary>
    /// <param name="environment">Where the customer lives.</param>
    /// <param name="subject">Who was sent the code.</param>
    /// <param name="purpose">What it shall be good for.</param>
    /// <param name="code">What somebody says that it is.</param>
    /// <param name="preview">Only look.</param>
    /// <param name="change">Names the check.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The customer, as the code is right; null when the customer is gone since.</returns>
    public async Task<Result<StoredProfile?>> CheckAsync(
        AppEnvironment environment, ProfileKey subject, CodePurpose purpose, string code, bool preview, Change change,
        CancellationToken cancel)
    {
        var customer = await directory.FindAsync(environment, subject, cancel);
        var contact = customer is null ? null : ContactOf(purpose, customer);
        var guessed = await book.GuessAsync(
            CodeAddress.Of(environment, subject, purpose), code, contact?.Address, change, preview, cancel);
        return guessed.Map(_ => customer);
    }

    private static Contact? ContactOf(CodePurpose purpose, StoredProfile customer) =>
        purpose.ContactOf(customer.Profile.Email, customer.Profile.Phone);

    private static Error Missing(CodePurpose purpose) =>
        purpose.IsToken ? CodesErrors.NoEmail
        : purpose.IsClaim ? CodesErrors.NoContact
        : CodesErrors.NoPhone;
}
