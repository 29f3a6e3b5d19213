namespace CustomerFunctions.Profiles.Domain;

/// <summary>Tags of customers: compared as they are written.</summary>
public static class TagRules
{
    /// <summary>Longest tag, in UTF-16 units.</summary>
    public const int LengthMax = 64;

    /// <summary>Most tags of a customer.</summary>
    public const int TagsMax = 100;

    /// <summary>Null when a tag in a route is usable, else what is wrong with it. A tag with one of the characters
    /// that routing cannot carry can only be written with the whole profile.</summary>
    public static string? RouteFault(string tag)
    {
        if (tag != tag.Trim() || tag.Length is 0 or > LengthMax || tag.Any(c => char.IsControl(c) || c is '/' or '\\'))
            return $"It must be a text of 1 to {LengthMax} characters without outer blanks, control characters, "
                + "'/' and '\\'.";
        return tag is "." or ".." || tag.Contains('%') ? "It must not be '.' or '..' or hold '%'."
            : Shared.Ids.IntegrationId.Fault(tag) ?? ProfileRequest.CardFault(tag);
    }

    /// <summary>The customer with the tag. Fails with: too-many-tags.</summary>
    public static Shared.Result<Profile> Add(Profile profile, string tag)
    {
        if (profile.Tags.Contains(tag)) return profile;
        return profile.Tags.Count >= TagsMax
            ? ProfileErrors.TooManyTags
            : profile with { Tags = [.. profile.Tags, tag] };
    }

    /// <summary>The customer without the tag.</summary>
    public static Profile Remove(Profile profile, string tag) =>
        profile.Tags.Contains(tag) ? profile with { Tags = [.. profile.Tags.Where(t => t != tag)] } : profile;
}
