using System.Globalization;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>Holds figures, lists of sales and points against the records that they are made from, customer by customer,
/// and answers every difference. Going through all pages goes through all customers; changes nothing. What happens
/// meanwhile may show as a difference: ask again for that customer.</summary>
public sealed class GetReconciliation(ProfileDirectory profiles, Reconciling reconciling)
{
    private const int CustomersMax = 100;

    // Empty ones cost a call each: a page ends after so many, short as it may be.
    private const int BucketsMax = 64;

    /// <summary>One page: differences, and how many customers were looked at.</summary>
    public sealed record Response(IReadOnlyList<Difference> Items, int Customers, string? Next);

    [Function(nameof(GetReconciliation))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "reconciliation")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        var (id, limit, cursor) = (query.Text("profile"), query.Limit(CustomersMax), query.Cursor());
        var from = Place.Parse(cursor);
        if (cursor is not null && from is null) query.Refuse("cursor", "It must be the 'next' of an earlier page.");
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);
        if (id is null)
        {
            var (found, next) = await ReadAsync(caller.Environment, from ?? new Place(0, null), limit, cancel);
            return Answer.Ok(await CheckAsync(caller.Environment, found, next, cancel));
        }

        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        return read.Try(out var stored, out error)
            ? Answer.Ok(await CheckAsync(caller.Environment, [stored], null, cancel))
            : Problem.From(error);
    }

    private async Task<Response> CheckAsync(
        AppEnvironment environment, IReadOnlyList<StoredProfile> customers, Place? next, CancellationToken cancel)
    {
        var found = new List<Difference>();
        foreach (var customer in customers)
            found.AddRange(await reconciling.CheckAsync(environment, customer, cancel));
        return new Response(found, customers.Count, next is null ? null : Cursor.Write(next.ToString()));
    }

    private async Task<(IReadOnlyList<StoredProfile> Customers, Place? Next)> ReadAsync(
        AppEnvironment environment, Place from, int limit, CancellationToken cancel)
    {
        var found = new List<StoredProfile>();
        for (var bucket = from.Bucket; bucket < ProfileDirectory.Buckets; bucket++)
        {
            if (bucket == from.Bucket + BucketsMax) return (found, new Place(bucket, null));
            var after = bucket == from.Bucket ? from.After : null;
            await foreach (var customer in profiles.ReadBucketAsync(environment, bucket, after, cancel))
            {
                found.Add(customer);
                if (found.Count == limit) return (found, new Place(bucket, customer.Key));
            }
        }

        return (found, null);
    }

    /// <summary>Where a page ended: after a customer of a bucket.</summary>
    private sealed record Place(int Bucket, ProfileKey? After)
    {
        public static Place? Parse(string? text)
        {
            var parts = text?.Split('|') ?? [];
            return parts.Length == 2
                && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var bucket)
                && bucket < ProfileDirectory.Buckets
                && (parts[1].Length == 0 || Guid.TryParseExact(parts[1], "n", out _))
                ? new Place(bucket, parts[1].Length == 0 ? null : ProfileKey.Parse(parts[1]))
                : null;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bucket}|{After}");
    }
}
