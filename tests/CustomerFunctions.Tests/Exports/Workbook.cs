using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace CustomerFunctions.Tests.Exports;

/// <summary>Reads workbooks with Microsoft's own library, which also says whether they are as the standard has it.
/// </summary>
internal static class Workbook
{
    /// <summary>The sheets by name, each row a list of cells: numbers as <c>#12</c>, texts as they are.</summary>
    public static List<(string Name, List<string[]> Rows)> Read(byte[] file)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        Assert.Empty(new OpenXmlValidator().Validate(document).Select(e => $"{e.Path?.XPath}: {e.Description}"));
        var book = document.WorkbookPart!;
        return
        [
            .. book.Workbook!.Sheets!.Elements<Sheet>().Select(sheet => (
                sheet.Name!.Value!,
                ((WorksheetPart)book.GetPartById(sheet.Id!.Value!)).Worksheet!.Descendants<Row>()
                    .Select(row => row.Elements<Cell>().Select(Text).ToArray()).ToList())),
        ];
    }

    private static string Text(Cell cell) =>
        cell.DataType?.Value == CellValues.InlineString ? cell.InlineString!.Text!.Text
        : cell.CellValue is { } value ? "#" + value.Text
        : "";
}
