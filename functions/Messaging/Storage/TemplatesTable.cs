using Azure.Data.Tables;
using CustomerFunctions.Messaging.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Messaging.Storage;

/// <summary>
/// Templates of letters that applications have of their own.
/// Table: <c>Templates</c>. PK: application name. RK: kind of letter.
/// Example: <c>shop</c>, <c>password-reset</c>, Subject <c>New password</c>, Text <c>… {token} …</c>.
/// Query: one row, for each letter that goes out (cached by <see cref="LetterTemplates"/>).
/// </summary>
public sealed class TemplatesTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Templates";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>An application's own template, or null.</summary>
    public async Task<LetterTemplate?> FindAsync(string application, LetterKind kind, CancellationToken cancel) =>
        await _table.FindAsync(application, kind.Name(), cancel) is { } row
            ? new LetterTemplate(row.GetString("Subject"), row.GetString("Text"))
            : null;

    /// <summary>Writes a template, whether or not there is one.</summary>
    public Task PutAsync(string application, LetterKind kind, LetterTemplate template, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            new TableEntity(application, kind.Name()) { ["Subject"] = template.Subject, ["Text"] = template.Text },
            TableUpdateMode.Replace, cancel);

    /// <summary>Removes a template, if there is one.</summary>
    public Task DeleteAsync(string application, LetterKind kind, CancellationToken cancel) =>
        _table.DeleteEntityAsync(application, kind.Name(), Azure.ETag.All, cancel);
}
