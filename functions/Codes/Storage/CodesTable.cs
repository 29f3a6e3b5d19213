using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Codes.Storage;

/// <summary>Where the codes of a customer for one purpose lie, or a request by email.</summary>
/// <param name="Environment">Where.</param>
/// <param name="Subject">The customer's key, or <c>r</c> and the first byte of the request's hash.</param>
/// <param name="Row">The purpose, or the request's hash.</param>
public sealed record CodeAddress(AppEnvironment Environment, string Subject, string Row)
{
    private const char RequestMark = 'r';

    /// <summary>Partition of its row.</summary>
    public string Partition => $"{Environment.Name()}|{Subject}";

    /// <summary>True for a request by email: nobody has looked yet whose it is.</summary>
    public bool IsRequest => Subject[0] == RequestMark;

    /// <summary>The customer's key.</summary>
    public ProfileKey Key => ProfileKey.Parse(Subject);

    /// <summary>The rules that hold for it.</summary>
    public CodePurpose Purpose => IsRequest ? CodePurpose.Request : CodePurpose.Of(Row);

    /// <summary>The codes of a customer.</summary>
    public static CodeAddress Of(AppEnvironment environment, ProfileKey key, CodePurpose purpose) =>
        new(environment, key.ToString(), purpose.Name);

    /// <summary>The request by an email, of whose claim the code is given. Hashed once more, so that no list of work to
    /// do shows whose mail was asked for.</summary>
    public static CodeAddress OfRequest(AppEnvironment environment, string claim)
    {
        var hash = Hash.Hex("password-request", environment.Name(), claim);
        return new CodeAddress(environment, $"{RequestMark}{hash[..2]}", hash);
    }

    /// <summary>As it stands in the due index.</summary>
    public override string ToString() => $"{Environment.Name()}|{Subject}|{Row}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static CodeAddress Parse(string text)
    {
        var parts = text.Split('|', 3);
        return new CodeAddress(AppEnvironments.Parse(parts[0]), parts[1], parts[2]);
    }
}

/// <summary>A state as it was read.</summary>
public sealed record StoredCode(CodeAddress Address, CodeState State, ETag ETag);

/// <summary>
/// Codes and tokens that were sent, as salted hashes, with the letters still to be sent.
/// Table: <c>OneTimeCodes</c>. PK: <c>{env}|{profile key}</c>, RK: the purpose; for requests by email PK
/// <c>{env}|r{first byte of the hash}</c>, RK a hash of the claim's code.
/// Example: <c>live|0198…</c>, <c>phone</c>, Document <c>{"asks":[…],"issued":{"salt":"…","hash":"…","tries":1,…}}</c>.
/// Queries: one row; all rows of a customer (erasure, subject access). A row goes when it no longer matters: a mark in
/// the due index is written before it.
/// </summary>
public sealed class CodesTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "OneTimeCodes";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>A state, or null when there is none.</summary>
    public async Task<StoredCode?> FindAsync(CodeAddress address, CancellationToken cancel) =>
        await _table.FindAsync(address.Partition, address.Row, cancel) is { } row ? ToStored(address, row) : null;

    /// <summary>All states of a customer.</summary>
    public async Task<IReadOnlyList<StoredCode>> ListAsync(
        AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var found = new List<StoredCode>();
        var partition = $"{environment.Name()}|{key}";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            found.Add(ToStored(new CodeAddress(environment, key.ToString(), row.RowKey), row));
        return found;
    }

    /// <summary>Writes a state that is new (nothing read) or still as read; null when somebody else was faster.
    /// </summary>
    public async Task<StoredCode?> TryPutAsync(
        CodeAddress address, CodeState state, StoredCode? read, CancellationToken cancel)
    {
        var row = new TableEntity(address.Partition, address.Row);
        row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(state, Json.Options));
        try
        {
            var answer = read is null
                ? await _table.AddEntityAsync(row, cancel)
                : await _table.UpdateEntityAsync(row, read.ETag, TableUpdateMode.Replace, cancel);
            return new StoredCode(address, state, answer.Headers.ETag ?? default);
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            return null;
        }
    }

    /// <summary>Removes a state that is still as read; false when it is not.</summary>
    public Task<bool> TryDeleteAsync(StoredCode stored, CancellationToken cancel) =>
        _table.TryDeleteAsync(stored.Address.Partition, stored.Address.Row, stored.ETag, cancel);

    /// <summary>Removes a state, whatever it is.</summary>
    public Task DeleteAsync(CodeAddress address, CancellationToken cancel) =>
        _table.DeleteEntityAsync(address.Partition, address.Row, ETag.All, cancel);

    private static StoredCode ToStored(CodeAddress address, TableEntity row) => new(
        address, JsonSerializer.Deserialize<CodeState>(row.GetDocument("Document"), Json.Options)!, row.ETag);
}
