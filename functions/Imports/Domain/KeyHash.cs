using System.Buffers.Binary;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Domain;

/// <summary>Fields whose values only one customer can have.</summary>
public enum KeyField : byte
{
    /// <summary>The email.</summary>
    Email,

    /// <summary>The phone.</summary>
    Phone,

    /// <summary>The integration id.</summary>
    IntegrationId,

    /// <summary>The code of a card or coupon.</summary>
    Code,

    /// <summary>Whose points a row is about; many rows can be.</summary>
    Wallet,
}

/// <summary>128 bits of SHA-256 over a field and its value, by which equal values meet in one place.</summary>
public readonly record struct KeyHash(ulong High, ulong Low)
{
    /// <summary>The key of a value.</summary>
    public static KeyHash Of(KeyField field, string value)
    {
        var hash = Hash.Bytes(field.ToString(), value);
        return new KeyHash(
            BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8)));
    }

    /// <summary>The partition that it falls into.</summary>
    public int Partition(int partitions) => (int)(High % (ulong)partitions);
}

/// <summary>A field with its key.</summary>
public readonly record struct FieldKey(KeyField Field, KeyHash Key);

/// <summary>By what a row is told apart from others.</summary>
/// <param name="Match">By which it finds its customer.</param>
/// <param name="Others">Further values that only one customer can have.</param>
public sealed record RowKeys(KeyHash Match, IReadOnlyList<FieldKey> Others);
