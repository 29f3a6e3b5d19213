using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Profiles;

/// <summary>How the functions of this area answer with one customer.</summary>
internal static class ProfileAnswers
{
    /// <summary>200 with the customer and its ETag.</summary>
    public static IResult Of(Caller caller, StoredProfile stored) =>
        Answer.Ok(Body(caller, stored)).WithETag(stored.ETag);

    /// <summary>201 when the change made the customer, else 200.</summary>
    public static IResult Of(Caller caller, SavedProfile saved)
    {
        var body = Body(caller, saved.Profile);
        var answer = saved.Created ? Answer.Created(body) : Answer.Ok(body);
        return answer.WithETag(saved.Profile.ETag).AsHit(saved.Hit);
    }

    /// <summary>The customer as this caller may see it.</summary>
    public static ProfileAnswer Body(Caller caller, StoredProfile stored) =>
        ProfileAnswer.Of(caller.Environment, stored, caller.Scopes.Cover(Scope.Staff));
}
