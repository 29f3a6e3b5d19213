using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>Keys of the durable tables. One partition of the history table holds one orchestration:
/// <c>head</c>, pages of history <c>h|execution|episode|page</c>, activities to do <c>t|execution|id</c>, messages to
/// other orchestrations <c>o|execution|id</c>, results <c>r|execution|id</c>, other messages <c>m|ticks</c>.</summary>
internal static class Keys
{
    public const string Head = "head";

    // Escaped characters that fit a table key (1 KiB of UTF-16) with room to spare.
    private const int PlainMax = 300;

    /// <summary>The orchestration's id as a table key; a prefix of the id gives a prefix of the key.</summary>
    public static string Partition(string instanceId)
    {
        var key = Escape(instanceId);
        return key.Length <= PlainMax ? key : $"{key[..PlainMax]}~{Hash(instanceId)}";
    }

    /// <summary>Keys that begin with the escaped prefix, as far as they are kept in full.</summary>
    public static string Escape(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '|') key.Append(c);
            else key.Append('!').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return key.ToString();
    }

    /// <summary>Folder of the orchestration's blobs.</summary>
    public static string Hash(string instanceId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(instanceId)))[..32];

    public static string Page(string execution, int episode, int page) => $"h|{execution}|{episode:D8}|{page:D4}";

    public static string Activity(string execution, int id) => $"t|{execution}|{id:D8}";

    public static string Outgoing(string execution, int id) => $"o|{execution}|{id:D8}";

    public static string Result(string execution, int id) => $"r|{execution}|{id:D8}";

    public static string Message(long ticks) => $"m|{ticks:D19}";
}
