namespace CustomerFunctions.Imports.Domain;

/// <summary>What is said of rows whose keys an earlier row has.</summary>
public static class DuplicateRows
{
    /// <summary>The fault of a row that lost a key.</summary>
    public static RowFault Fault(ImportRecord import, KeyField field, bool isMatch)
    {
        var (name, code) = field switch
        {
            KeyField.Phone => ("phone", "duplicate-phone"),
            KeyField.IntegrationId => ("integrationId", "duplicate-integration-id"),
            KeyField.Code => ("code", "duplicate-code"),
            _ => ("email", "duplicate-email"),
        };
        return new RowFault(
            import.ColumnOf(name), isMatch ? "duplicate" : code, "An earlier row of the file has the same value.");
    }
}
