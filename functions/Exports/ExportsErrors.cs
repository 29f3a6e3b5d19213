using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Exports;

/// <summary>Every refusal of this area.</summary>
public static class ExportsErrors
{
    /// <summary>Another export was asked for with the same Idempotency-Key.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "Another request was made with this Idempotency-Key.");

    /// <summary>What has ended cannot be called off.</summary>
    public static Error AlreadyEnded(ExportState state) => new Error(
        "already-ended", ErrorKind.Conflict, "The export has ended.").With("state", Json.Word(state));
}
