namespace CustomerFunctions.Shared;

/// <summary>Finds a person's name or address in texts that others wrote.</summary>
public static class WholeWords
{
    /// <summary>True when the text holds the word, without case, and no letter or digit goes on at either end: a search
    /// for <c>ann@x.com</c> does not find <c>joann@x.com</c>.</summary>
    public static bool Occur(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            if (!GoesOn(text, at - 1, word[0]) && !GoesOn(text, at + word.Length, word[^1])) return true;
        return false;
    }

    private static bool GoesOn(string text, int at, char end) =>
        at >= 0 && at < text.Length && char.IsLetterOrDigit(end) && char.IsLetterOrDigit(text[at]);
}
