using System.Runtime.CompilerServices;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Terminals;

/// <summary>The payments at terminals, for subject access.</summary>
public sealed class DescribedPayments(PaymentHistory history, PaymentAnswers answers) : IDescribes
{
    private const int PageSize = 200;

    /// <inheritdoc/>
    public string Section => "payments";

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(ReadAsync(environment, keys, cancel));

    private async IAsyncEnumerable<PaymentAnswer> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        var read = history.ReadAsync(environment, keys, null, PageSize, cancel);
        await foreach (var some in read.Chunk(PageSize).WithCancellation(cancel))
            foreach (var answer in await answers.OfAsync(environment, [.. some.Select(s => s.Payment)], cancel))
                yield return answer;
    }
}
