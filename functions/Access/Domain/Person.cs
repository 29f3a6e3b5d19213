using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Access.Domain;

/// <summary>A scope in one environment, or in both.</summary>
/// <param name="Scope">What the person may do.</param>
/// <param name="Environment">Where; null for both, which only an admin has.</param>
public sealed record Role(Scope Scope, AppEnvironment? Environment)
{
    /// <summary>Reads a role as tokens name it: <c>management.live</c>, <c>staff.sandbox</c>, <c>integration.live</c>,
    /// <c>admin.live</c>, or <c>admin</c> for both environments. Null for any other word: roles of other programs may
    /// stand beside ours.</summary>
    public static Role? Read(string word) => word.Split('.') switch
    {
        ["admin"] => new Role(Scope.Admin, null),
        [var scope, "live"] when ReadScope(scope) is { } held => new Role(held, AppEnvironment.Live),
        [var scope, "sandbox"] when ReadScope(scope) is { } held => new Role(held, AppEnvironment.Sandbox),
        _ => null,
    };

    private static Scope? ReadScope(string word) => word switch
    {
        "integration" => Scope.Integration,
        "staff" => Scope.Staff,
        "management" => Scope.Management,
        "admin" => Scope.Admin,
        _ => null,
    };
}

/// <summary>Somebody who came with a token that holds.</summary>
/// <param name="Id">The person's object id in the directory; no name, no address.</param>
/// <param name="Roles">Those of the token's roles that mean something here.</param>
public sealed record Person(string Id, IReadOnlyList<Role> Roles)
{
    /// <summary>What the person may do without an application: what an admin of both environments may.</summary>
    public IReadOnlyList<Scope> ScopesEverywhere =>
        [.. Roles.Where(r => r.Environment is null).Select(r => r.Scope).Distinct()];

    /// <summary>What the person may do in an environment.</summary>
    public IReadOnlyList<Scope> ScopesIn(AppEnvironment environment) =>
        [.. Roles.Where(r => r.Environment is null || r.Environment == environment).Select(r => r.Scope).Distinct()];
}
