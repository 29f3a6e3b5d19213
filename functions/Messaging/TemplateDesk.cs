using CustomerFunctions.Access;
using CustomerFunctions.Messaging.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Messaging;

/// <summary>Which template a route means, in the caller's environment only.</summary>
/// <param name="Application">Whose.</param>
/// <param name="Kind">What for.</param>
public sealed record TemplateAddress(string Application, LetterKind Kind);

/// <summary>A template as it is answered.</summary>
/// <param name="Kind">What for.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
/// <param name="Own">False for the default.</param>
/// <param name="Places">What may be filled in; the first one must be there.</param>
public sealed record TemplateAnswer(
    LetterKind Kind, string Subject, string Text, bool Own, IReadOnlyList<string> Places)
{
    /// <summary>The answer for an application's own template, or for the default.</summary>
    public static TemplateAnswer Of(LetterKind kind, LetterTemplate? own)
    {
        var template = own ?? LetterTemplate.Default(kind);
        return new TemplateAnswer(kind, template.Subject, template.Text, own is not null, LetterTemplate.Places(kind));
    }
}

/// <summary>Finds what a template's route names.</summary>
public sealed class TemplateDesk(ApplicationDirectory applications)
{
    /// <summary>The address. Fails with: not-found.</summary>
    public async Task<Result<TemplateAddress>> FindAsync(
        Caller caller, string name, string kind, CancellationToken cancel)
    {
        if (!LetterKinds.ByName.TryGetValue(kind, out var known) || SimpleName.Fault(name) is not null)
            return MessagingErrors.NotFound;
        var application = await applications.FindAsync(name, cancel);
        return application?.Environment == caller.Environment
            ? new TemplateAddress(name, known)
            : MessagingErrors.NotFound;
    }
}
