using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Activity: reads the rows of one part and stages them as blocks. Each run stages blocks of its own, so one
/// that was cut off leaves nothing in the file. When the export is called off it stops at the next block.</summary>
public sealed class StageExportPart(ExportsTable exports, ExportFiles files, ExportKinds kinds)
{
    [Function(nameof(StageExportPart))]
    public async Task<StagedPart> Run([ActivityTrigger] ExportPart part, CancellationToken cancel)
    {
        var export = await exports.GetAsync(part.Export, cancel);
        var (staged, figures) = (new StagedPart(part.Number, Guid.NewGuid().ToString("n"), 0, 0),
            new List<BlockFigures>());
        var format = FileFormat.Of(export.Order);
        using var maker = new BlockMaker(format, kinds.ColumnsOf(export.Order));
        if (export.HasEnded) return staged;
        await foreach (var cells in kinds[export.Order.Kind].ReadAsync(export, part, cancel))
        {
            maker.Add(cells);
            if (!maker.IsFull) continue;
            if ((await exports.GetAsync(part.Export, cancel)).HasEnded) return staged;
            await StageAsync();
        }

        if (!maker.IsEmpty) await StageAsync();
        return staged with { Figures = format.NeedsFigures ? figures : [] };

        async Task StageAsync()
        {
            var (bytes, block) = maker.Take();
            await files.StageAsync(export, part.Number, staged.Run, staged.Blocks, bytes, cancel);
            figures.Add(block);
            staged = staged with { Blocks = staged.Blocks + 1, Rows = staged.Rows + block.Rows };
        }
    }
}
