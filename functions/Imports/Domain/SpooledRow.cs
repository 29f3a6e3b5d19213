namespace CustomerFunctions.Imports.Domain;

/// <summary>A row on its way through an import: its line, its keys, and its cells as the file has them.</summary>
public sealed record SpooledRow(int Line, RowKeys Keys, IReadOnlyList<string> Cells)
{
    /// <summary>Writes it as bytes.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Line);
        WriteKey(to, Keys.Match);
        to.Write((byte)Keys.Others.Count);
        foreach (var (field, key) in Keys.Others)
        {
            to.Write((byte)field);
            WriteKey(to, key);
        }

        RowCells.Write(to, Cells);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SpooledRow Read(BinaryReader from)
    {
        var line = from.ReadInt32();
        var match = ReadKey(from);
        var others = new FieldKey[from.ReadByte()];
        for (var i = 0; i < others.Length; i++) others[i] = new FieldKey((KeyField)from.ReadByte(), ReadKey(from));
        return new SpooledRow(line, new RowKeys(match, others), RowCells.Read(from));
    }

    internal static void WriteKey(BinaryWriter to, KeyHash key)
    {
        to.Write(key.High);
        to.Write(key.Low);
    }

    internal static KeyHash ReadKey(BinaryReader from) => new(from.ReadUInt64(), from.ReadUInt64());
}

/// <summary>A row that was not taken.</summary>
/// <param name="Line">The physical line on which it begins.</param>
/// <param name="Column">The header of the column at fault; empty when it is the whole row.</param>
/// <param name="Code">Stable.</param>
/// <param name="Reason">Sentences without personal data.</param>
/// <param name="Cells">As the file has them.</param>
public sealed record RejectedRow(int Line, string Column, string Code, string Reason, IReadOnlyList<string> Cells)
{
    /// <summary>Writes it as bytes.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Line);
        to.Write(Column);
        to.Write(Code);
        to.Write(Reason);
        RowCells.Write(to, Cells);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static RejectedRow Read(BinaryReader from) => new(
        from.ReadInt32(), from.ReadString(), from.ReadString(), from.ReadString(), RowCells.Read(from));
}

/// <summary>A key that a row claims, or has lost.</summary>
/// <param name="Line">The row.</param>
/// <param name="Field">Which field.</param>
/// <param name="Key">The key.</param>
public sealed record KeyClaim(int Line, KeyField Field, KeyHash Key)
{
    /// <summary>Writes it as bytes.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Line);
        to.Write((byte)Field);
        SpooledRow.WriteKey(to, Key);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KeyClaim Read(BinaryReader from) => new(
        from.ReadInt32(), (KeyField)from.ReadByte(), SpooledRow.ReadKey(from));
}

internal static class RowCells
{
    public static void Write(BinaryWriter to, IReadOnlyList<string> cells)
    {
        to.Write(cells.Count);
        foreach (var cell in cells) to.Write(cell);
    }

    public static string[] Read(BinaryReader from)
    {
        var cells = new string[from.ReadInt32()];
        for (var i = 0; i < cells.Length; i++) cells[i] = from.ReadString();
        return cells;
    }
}
