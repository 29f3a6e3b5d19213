using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Shared.Http;

/// <summary>Proves to a receiver that a request comes from us, and when it was sent: <c>x-signature: t={unix
/// seconds},v1={hex HMAC-SHA256 of "t.body"}</c>. The time is signed, so that a receiver can refuse old requests.
/// </summary>
public static class Signature
{
    /// <summary>The header with the signature.</summary>
    public const string Header = "x-signature";

    /// <summary>Fewest characters of a secret that signs.</summary>
    public const int SecretLengthMin = 16;

    /// <summary>The header's value for a body that is sent now.</summary>
    public static string Of(string secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(at + "."));
        mac.AppendData(body);
        return $"t={at},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }
}
