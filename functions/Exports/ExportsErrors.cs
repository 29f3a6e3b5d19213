using CustomerFunctions.Shared;

namespace CustomerFunctions.Exports;

/// <summary>Every refusal of this area.</summary>
public static class ExportsErrors
{
    /// <summary>Another export was asked for with the same Idempotency-Key.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "Another request was made with this Idempotency-Key.");
}
