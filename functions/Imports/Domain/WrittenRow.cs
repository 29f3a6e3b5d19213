namespace CustomerFunctions.Imports.Domain;

/// <summary>A row that was written, as it is kept to be undone.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Change">Made or changed.</param>
/// <param name="Written">What, as its kind finds it again.</param>
public sealed record WrittenRow(int Line, RowChange Change, string Written)
{
    /// <summary>Writes it as bytes.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Line);
        to.Write((byte)Change);
        to.Write(Written);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static WrittenRow Read(BinaryReader from) =>
        new(from.ReadInt32(), (RowChange)from.ReadByte(), from.ReadString());
}

/// <summary>What became of a row that was to be undone.</summary>
public enum UndoneRow
{
    /// <summary>What it had made is gone.</summary>
    Removed,

    /// <summary>What it had changed is as it was before.</summary>
    Restored,

    /// <summary>Somebody has used or changed it since: it stays.</summary>
    Kept,
}
