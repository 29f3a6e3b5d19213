using CustomerFunctions.Messaging.Domain;
using CustomerFunctions.Messaging.Storage;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Messaging;

/// <summary>The door to templates: an application's own, else the default. At most 5 seconds old, and at once for what
/// this instance changed.</summary>
public sealed class LetterTemplates(TemplatesTable table, TimeProvider clock)
{
    private readonly ShortCache<LetterTemplate> _own = new(clock);

    /// <summary>The template that holds.</summary>
    public async Task<LetterTemplate> FindAsync(string application, LetterKind kind, CancellationToken cancel) =>
        await FindOwnAsync(application, kind, cancel) ?? LetterTemplate.Default(kind);

    /// <summary>The application's own template, or null.</summary>
    public Task<LetterTemplate?> FindOwnAsync(string application, LetterKind kind, CancellationToken cancel) =>
        _own.GetAsync(Key(application, kind), () => table.FindAsync(application, kind, cancel));

    /// <summary>Gives an application a template of its own.</summary>
    public async Task PutAsync(
        string application, LetterKind kind, LetterTemplate template, CancellationToken cancel)
    {
        await table.PutAsync(application, kind, template, cancel);
        _own.Forget(Key(application, kind));
    }

    /// <summary>Goes back to the default.</summary>
    public async Task DeleteAsync(string application, LetterKind kind, CancellationToken cancel)
    {
        await table.DeleteAsync(application, kind, cancel);
        _own.Forget(Key(application, kind));
    }

    private static string Key(string application, LetterKind kind) => $"{application}|{kind}";
}
