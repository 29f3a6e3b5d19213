using System.Globalization;
using System.Text;

namespace CustomerFunctions.Bench;

/// <summary>A file of customers as shops have them: seven columns, each row with its own email and phone.</summary>
internal static class CustomerCsv
{
    private const string Header = "customer id,first name,last name,email,phone,date of birth,tags\r\n";
    private static readonly string[] First = ["Ada", "Zoë", "Björn", "Chloé", "Grażyna", "Priya", "Ólafur", "Wei"];
    private static readonly string[] Last = ["Lovelace", "O'Brien", "García", "Müller", "Nguyễn", "Kowalski", "Okafor"];
    private static readonly string[] Tags = ["", "", "regular", "\"vip,newsletter\""];

    /// <summary>Writes a file of so many rows.</summary>
    public static void Write(Stream to, int rows)
    {
        using var writer = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(Header);
        for (var i = 0; i < rows; i++)
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"c-{i},{First[i % First.Length]},{Last[i % Last.Length]},c{i}@example.com,+44{7_100_000_000 + i},"
                + $"{1950 + (i % 50)}-0{1 + (i % 9)}-1{i % 10},{Tags[i % Tags.Length]}\r\n"));
    }

    /// <summary>The same in memory.</summary>
    public static byte[] Bytes(int rows)
    {
        using var bytes = new MemoryStream();
        Write(bytes, rows);
        return bytes.ToArray();
    }
}
