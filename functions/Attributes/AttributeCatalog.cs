using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Attributes.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Attributes;

/// <summary>The door for other areas: which custom attributes are declared, at most 5 seconds old and at once for what
/// this instance changed.</summary>
public sealed class AttributeCatalog(AttributesTable table, TimeProvider clock)
{
    /// <summary>Most declarations of an environment; they are read whole. Writers that meet may pass it by a few.
    /// </summary>
    public const int DeclarationsMax = 1000;

    private readonly ShortCache<IReadOnlyList<AttributeDeclaration>> _declared = new(clock);

    /// <summary>All declarations of an environment, by entity and name. No call while it is cached, else one.</summary>
    public async Task<IReadOnlyList<AttributeDeclaration>> ListAsync(
        AppEnvironment environment, CancellationToken cancel) =>
        await _declared.GetAsync(environment.Name(), async () => await table.ListAsync(environment, cancel)) ?? [];

    /// <summary>One declaration, or null.</summary>
    public async Task<AttributeDeclaration?> FindAsync(
        AppEnvironment environment, AttributeEntity entity, string name, CancellationToken cancel) =>
        (await ListAsync(environment, cancel)).FirstOrDefault(d => d.Entity == entity && d.Name == name);

    /// <summary>The declarations of one entity, to hold values against.</summary>
    public async Task<AttributeSchema> SchemaAsync(
        AppEnvironment environment, AttributeEntity entity, CancellationToken cancel) =>
        new((await ListAsync(environment, cancel)).Where(d => d.Entity == entity));

    /// <summary>Writes a declaration; true when it is new. Fails with: type-fixed, too-many-attributes, contention.
    /// </summary>
    public async Task<Result<bool>> PutAsync(
        AppEnvironment environment, AttributeDeclaration declaration, CancellationToken cancel)
    {
        var declared = await ListAsync(environment, cancel);
        if (declared.Count >= DeclarationsMax
            && !declared.Any(d => d.Entity == declaration.Entity && d.Name == declaration.Name))
            return AttributesErrors.TooMany;
        var isNew = await Contention.RetryAsync<bool>(c => table.TryPutAsync(environment, declaration, c), cancel);
        _declared.Forget(environment.Name());
        return isNew;
    }

    /// <summary>Takes a declaration back; false when there is none. What is stored under its name stays as it is, and
    /// cannot be written any more. Fails with: contention.</summary>
    public async Task<Result<bool>> RemoveAsync(
        AppEnvironment environment, AttributeEntity entity, string name, CancellationToken cancel)
    {
        var tried = false;
        var removed = await Contention.RetryAsync<bool>(
            async c =>
            {
                // What is gone after an answer that was lost was there.
                var again = tried;
                tried = true;
                return await table.RemoveAsync(environment, entity, name, c) || again;
            },
            cancel);
        _declared.Forget(environment.Name());
        return removed;
    }
}
