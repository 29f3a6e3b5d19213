using Azure.Data.Tables;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>How the use of a key lies in its row of <see cref="KeptAnswersTable"/>.</summary>
internal static class KeptAnswerRow
{
    /// <summary>The row of a use.</summary>
    public static TableEntity Entity(StoredUse stored, string partition)
    {
        var row = new TableEntity(partition, stored.Key)
        {
            ["Use"] = stored.Use.Name,
            ["EndsAt"] = stored.Use.EndsAt,
        };
        if (stored.About.Count > 0) row["About"] = string.Join(' ', stored.About);
        if (stored.Use.Done is not { } done) return row;
        row["Asked"] = done.Asked;
        row["By"] = done.By;
        row["Scopes"] = string.Join(' ', done.Scopes);
        row["IsSecret"] = done.IsSecret;
        if (done.Answer is not { } answer) return row;
        row["Status"] = answer.Status;
        row["ContentType"] = answer.ContentType;
        row["Version"] = answer.Version;
        row["Location"] = answer.Location;
        row.SetDocument("Body", answer.Body);
        return row;
    }

    /// <summary>Reads what <see cref="Entity"/> wrote.</summary>
    public static StoredUse Of(TableEntity row) =>
        new(row.RowKey, new KeyUse(row.GetString("Use"), row.GetDateTimeOffset("EndsAt")!.Value) { Done = DoneOf(row) })
        {
            About = Words(row, "About"),
            ETag = row.ETag,
        };

    private static DoneRequest? DoneOf(TableEntity row) => row.GetString("Asked") is not { } asked
        ? null
        : new DoneRequest(
            asked, row.GetString("By"), [.. Words(row, "Scopes").Select(Enum.Parse<Scope>)],
            row.GetBoolean("IsSecret") is true, AnswerOf(row));

    private static KeptAnswer? AnswerOf(TableEntity row) => row.GetInt32("Status") is not { } status
        ? null
        : new KeptAnswer(
            status, row.GetString("ContentType"), row.GetString("Version"), row.GetString("Location"),
            row.GetDocument("Body") ?? []);

    private static string[] Words(TableEntity row, string name) =>
        (row.GetString(name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
