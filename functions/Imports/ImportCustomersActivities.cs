using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>The activities of <see cref="ImportCustomers"/> that work on rows. Each may run twice or be cut off: it
/// rewrites the same blobs from the same blobs.</summary>
public sealed class ImportCustomersActivities(
    ImportsTable imports, ScanStage scan, ReadStage read, ClaimStage claim, ApplyStage apply)
{
    [Function(nameof(ScanFile))]
    public async Task<ScanResult> ScanFile([ActivityTrigger] ImportOrder order, CancellationToken cancel) =>
        await scan.RunAsync(await imports.GetAsync(order.Environment, order.ImportId, cancel), cancel);

    [Function(nameof(ReadRange))]
    public async Task<ImportCounts> ReadRange([ActivityTrigger] ImportPiece piece, CancellationToken cancel) =>
        await read.RunAsync(await FindAsync(piece, cancel), piece, cancel);

    [Function(nameof(ClaimKeys))]
    public async Task<ImportCounts> ClaimKeys([ActivityTrigger] ImportPiece piece, CancellationToken cancel) =>
        await claim.ClaimAsync(await FindAsync(piece, cancel), piece, cancel);

    [Function(nameof(SettleKeys))]
    public async Task<ImportCounts> SettleKeys([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        await claim.SettleAsync(piece, cancel);
        return ImportCounts.None;
    }

    [Function(nameof(ApplyRows))]
    public async Task<ImportCounts> ApplyRows([ActivityTrigger] ImportPiece piece, CancellationToken cancel) =>
        await apply.RunAsync(await FindAsync(piece, cancel), piece, cancel);

    private Task<ImportRecord> FindAsync(ImportPiece piece, CancellationToken cancel) =>
        imports.GetAsync(piece.Environment, piece.ImportId, cancel);
}
