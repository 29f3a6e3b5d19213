namespace CustomerFunctions.Shared.Ids;

/// <summary>The name of one change, stored with it, so that a lost answer never becomes a second change.</summary>
/// <param name="Id">Unique for what the caller means as one change: made from the Idempotency-Key or an intent.</param>
/// <param name="BodyHash">What the change says; the same id with another body is refused.</param>
public sealed record Change(string Id, string BodyHash)
{
    /// <summary>A step of this change that has storage of its own, such as one wallet of a session's close.</summary>
    public Change Step(string name) => this with { Id = Hash.Hex(Id, name) };

    /// <summary>A change whose id fully determines what it does, such as a step of an intent.</summary>
    public static Change Of(params ReadOnlySpan<string> parts) => new(Hash.Hex(parts), "");
}
