namespace CustomerFunctions.Imports;

/// <summary>What can be imported.</summary>
public static class ImportKinds
{
    /// <summary>Customers, one a row.</summary>
    public const string Customers = "customers";

    /// <summary>All of them.</summary>
    public static readonly string[] All = [Customers];
}
