using System.Collections.Frozen;

namespace CustomerFunctions.Shared;

/// <summary>Minor units of currencies. Source: ISO 4217, the currencies whose exponent is not 2.</summary>
public static class Currencies
{
    private static readonly FrozenSet<string> NoMinor = new[]
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
        "XPF",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Thousandths =
        new[] { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" }.ToFrozenSet();

    /// <summary>How many minor units make one major unit: 100 for EUR, 1 for JPY, 1000 for KWD.</summary>
    public static int MinorPerMajor(string currency) =>
        NoMinor.Contains(currency) ? 1 : Thousandths.Contains(currency) ? 1000 : 100;
}
