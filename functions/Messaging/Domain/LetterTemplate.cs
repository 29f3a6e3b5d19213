using System.Collections.Frozen;
using System.Text.RegularExpressions;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Messaging.Domain;

/// <summary>A letter as it goes out.</summary>
/// <param name="Subject">One line; text messages go without.</param>
/// <param name="Text">The body.</param>
public sealed record Letter(string Subject, string Text);

/// <summary>A letter with places to be filled in: <c>{token}</c> or <c>{code}</c>, which it must have, and
/// <c>{application}</c> and <c>{minutes}</c>. Nothing that a customer has written goes into a letter: whoever registers
/// a stranger's address must not write to it in our name.</summary>
public sealed partial record LetterTemplate(string Subject, string Text)
{
    /// <summary>Longest subject.</summary>
    public const int SubjectLengthMax = 200;

    /// <summary>Longest text.</summary>
    public const int TextLengthMax = 10_000;

    private static readonly FrozenDictionary<LetterKind, LetterTemplate> Defaults =
        new Dictionary<LetterKind, LetterTemplate>
        {
            [LetterKind.PasswordReset] = new(
                "Set a new password",
                """
                Somebody, probably you, has asked to set a new password at {application}.

                This code allows it once, within {minutes} minutes:

                {token}

                If it was not you, you need not do anything.
                """),
            [LetterKind.VerificationCode] = new(
                "Your code", "{code} is your code at {application}. It holds for {minutes} minutes."),
            [LetterKind.ClaimCode] = new(
                "Your code",
                "{code} is your code at {application}. It holds for {minutes} minutes and adds earlier orders to your "
                + "account. If you have not asked for it, do not pass it on."),
        }.ToFrozenDictionary();

    /// <summary>The template that holds where an application has none of its own.</summary>
    public static LetterTemplate Default(LetterKind kind) => Defaults[kind];

    /// <summary>The place that a letter of this kind must have.</summary>
    public static string Required(LetterKind kind) => kind == LetterKind.PasswordReset ? "token" : "code";

    /// <summary>The places that a letter of this kind may have.</summary>
    public static IReadOnlyList<string> Places(LetterKind kind) => [Required(kind), "application", "minutes"];

    /// <summary>A template from a body. Fails with: invalid.</summary>
    public static Result<LetterTemplate> Read(JsonFields body, LetterKind kind)
    {
        var subject = body.Text("subject", SubjectLengthMax, fault: s =>
            s.Contains('\n') ? "It must be one line." : PlaceFault(s, kind));
        var text = body.Text("text", TextLengthMax, required: true, fault: t =>
            t.Contains($"{{{Required(kind)}}}", StringComparison.Ordinal)
                ? PlaceFault(t, kind)
                : $"It must contain {{{Required(kind)}}}.");
        return body.Finish(() => new LetterTemplate(subject ?? Default(kind).Subject, text!));
    }

    /// <summary>The letter. A secret is put into the text only: subjects are shown on locked screens.</summary>
    public Letter Fill(LetterKind kind, string secret, string application, TimeSpan life)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Required(kind)] = secret,
            ["application"] = application,
            ["minutes"] = $"{(int)life.TotalMinutes}",
        };
        return new Letter(Fill(Subject, values), Fill(Text, values));
    }

    private static string Fill(string text, Dictionary<string, string> values) =>
        Place().Replace(text, m => values.GetValueOrDefault(m.Groups["name"].Value, m.Value));

    private static string? PlaceFault(string text, LetterKind kind) =>
        Place().Matches(text).All(m => Places(kind).Contains(m.Groups["name"].Value))
            ? null
            : $"Its places can be: {string.Join(", ", Places(kind).Select(p => $"{{{p}}}"))}.";

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex Place();
}
