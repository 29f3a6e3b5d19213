namespace CustomerFunctions.Exports.Domain;

/// <summary>CRC-32 of two texts one after the other, from the CRC-32 of each: blocks are summed where they are made.
/// Source: the polynomial arithmetic of ISO 3309, as zlib's <c>crc32_combine</c> does it.</summary>
public static class CrcSum
{
    // Bit-reversed: the highest bit stands for x to the power of 0.
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 1u << 31;
    private static readonly uint[] Squares = MakeSquares();

    /// <summary>The sum of both, where the second has so many bytes.</summary>
    public static uint Combine(uint first, uint second, long secondBytes)
    {
        // x to the power of 8 for each byte that follows.
        var (shift, bit) = (One, 3);
        for (var rest = secondBytes; rest != 0; rest >>= 1, bit++)
            if ((rest & 1) != 0) shift = Multiply(Squares[bit & 31], shift);
        return Multiply(shift, first) ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = One; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0) product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }

    // x to the powers of 1, 2, 4, 8, …, of which the 32nd is the first again.
    private static uint[] MakeSquares()
    {
        var squares = new uint[32];
        squares[0] = One >> 1;
        for (var i = 1; i < squares.Length; i++) squares[i] = Multiply(squares[i - 1], squares[i - 1]);
        return squares;
    }
}
