namespace CustomerFunctions.Codes;

/// <summary>What is told of a letter that was asked for: nothing that depends on whom it goes to.</summary>
public sealed record LetterAnswer(string State)
{
    /// <summary>It goes out soon.</summary>
    public static LetterAnswer Queued { get; } = new("queued");
}
