using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Codes.Storage;

/// <summary>A request for a letter that was taken.</summary>
/// <param name="Mark">The mark that lets it be sent; null when the request was taken before.</param>
public sealed record TakenRequest(DueItem? Mark);

/// <summary>Changes of codes that can be repeated: asking, guessing, using. The mark in the due index is written before
/// the row that makes it necessary.</summary>
public sealed class CodeBook(CodesTable codes, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for letters and for codes that no longer matter.</summary>
    public const string DueKind = "letters";

    /// <summary>Asks for a letter, once for each change. Fails with: too-many-letters, contention.</summary>
    /// <param name="address">Whose, and what for.</param>
    /// <param name="application">In whose name.</param>
    /// <param name="change">Names the request.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="claim">For a request by email: the code of the email's claim.</param>
    public Task<Result<TakenRequest>> AskAsync(
        CodeAddress address, string application, Change change, CancellationToken cancel, string? claim = null) =>
        Contention.RetryAsync<TakenRequest>(
            async c =>
            {
                var stored = await codes.FindAsync(address, c);
                var state = stored?.State ?? CodeState.None with { Claim = claim };
                if (state.Knows(change.Id)) return new TakenRequest(null);
                var now = clock.GetUtcNow();
                if (!state.Ask(change.Id, application, address.Purpose, now).Try(out var next, out var refusal))
                    return refusal;
                var mark = await due.MarkAsync(DueKind, address.ToString(), DueIndex.SlotOf(now), c);
                if (await codes.TryPutAsync(address, next, stored, c) is null) return null;
                return new TakenRequest(mark);
            },
            cancel);

    /// <summary>Counts a guess and compares it; uses the code up unless <paramref name="preview"/>. A change that has
    /// used the code finds it good again. Fails with: no-code, code-wrong, contention.</summary>
    /// <param name="address">Whose, and what for.</param>
    /// <param name="text">The guess.</param>
    /// <param name="contact">Where such a code would be sent now; null when the customer is gone.</param>
    /// <param name="change">Names the guess.</param>
    /// <param name="preview">Only look.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Result<bool>> GuessAsync(
        CodeAddress address, string text, string? contact, Change change, bool preview, CancellationToken cancel) =>
        Contention.RetryAsync<bool>(
            async c =>
            {
                if (await codes.FindAsync(address, c) is not { } stored) return CodesErrors.NoCode;
                if (stored.State.Issued is { } used && used.UsedBy == change.Id && IsCode(used, text)) return true;
                var guess = Hash.Hex(change.Id, change.BodyHash);
                var decided = stored.State.Guess(guess, address.Purpose, clock.GetUtcNow());
                if (!decided.Try(out var state, out var refusal)) return refusal;
                if (!ReferenceEquals(state, stored.State))
                    stored = await codes.TryPutAsync(address, state, stored, c);
                if (stored is null) return null;
                if (!IsCode(state.Issued!, text)) return Wrong(address.Purpose, state.Issued!);
                if (contact is null || !Secrets.Fits(state.Issued!.Salt, state.Issued.ContactHash, contact))
                    return CodesErrors.NoCode;
                if (preview) return true;
                return await codes.TryPutAsync(address, state.Use(change.Id), stored, c) is null ? null : true;
            },
            cancel);

    /// <summary>Notes that a letter needs nothing more, unless another was asked for since.</summary>
    public async Task SettleAsync(CodeAddress address, string changeId, CancellationToken cancel)
    {
        var settled = await Contention.RetryAsync<bool>(
            async c =>
            {
                if (await codes.FindAsync(address, c) is not { } stored) return true;
                if (stored.State.Waiting?.ChangeId != changeId) return true;
                var next = stored.State with { Waiting = null };
                return await codes.TryPutAsync(address, next, stored, c) is null ? null : true;
            },
            cancel);
        if (settled.Error is { } error) throw new StorageUnavailableException(new TimeoutException(error.Message));
    }

    /// <summary>Makes sure that a timer looks at the row again when it no longer matters.</summary>
    public Task MarkEndAsync(CodeAddress address, CodeState state, CancellationToken cancel) =>
        // A minute later: slots begin with their minute.
        due.MarkAsync(DueKind, address.ToString(), state.EndsAt(address.Purpose) + TimeSpan.FromMinutes(1), cancel);

    private static bool IsCode(Issued issued, string text) => Secrets.Fits(issued.Salt, issued.Hash, text);

    private static Error Wrong(CodePurpose purpose, Issued issued) =>
        CodesErrors.CodeWrong((purpose.TriesMax ?? issued.Tries) - issued.Tries);
}
