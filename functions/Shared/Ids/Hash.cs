using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Shared.Ids;

/// <summary>SHA-256 over texts, for keys that must hold no caller text.</summary>
public static class Hash
{
    /// <summary>64 lower-case hex digits over the parts, which are kept apart by a zero byte.</summary>
    public static string Hex(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(Bytes(parts));

    /// <summary>The 32 bytes behind <see cref="Hex"/>.</summary>
    public static byte[] Bytes(params ReadOnlySpan<string> parts) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts!)));
}
