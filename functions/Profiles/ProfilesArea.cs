using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Profiles;

/// <summary>Customers: who they are, and how they are found.</summary>
public static class ProfilesArea
{
    /// <summary>Registers the area. Needs Shared, Access, Events and Attributes.</summary>
    public static FunctionsApplicationBuilder AddProfiles(this FunctionsApplicationBuilder builder)
    {
        builder.Services
            .AddTable(ProfileKeysTable.TableName).AddTable(ProfilesTable.TableName)
            .AddTable(ProfileSearchTable.TableName).AddTable(ProfileNotesTable.TableName)
            .AddTable(TagOrdersTable.TableName)
            .AddSingleton<ProfileKeysTable>().AddSingleton<ProfilesTable>().AddSingleton<ProfileSearchTable>()
            .AddSingleton<ProfileTrail>().AddSingleton<ProfileSidelines>().AddSingleton<ProfileClaims>()
            .AddSingleton<ProfileWriter>().AddSingleton<ProfileEraser>().AddSingleton<ProfileTidier>()
            .AddSingleton<ProfileFinder>().AddSingleton<ProfileFiguresBook>().AddSingleton<ProfileMerger>()
            .AddSingleton<ProfileDirectory>().AddSingleton<ProfileMerges>()
            .AddSingleton<BatchKeys>().AddSingleton<BatchProfiles>().AddSingleton<BatchSingles>()
            .AddSingleton<ProfileBatchWriter>().AddSingleton<ProfileBatchPlanner>().AddSingleton<ProfileUndo>()
            .AddSingleton<TagOrdersTable>().AddSingleton<ProfileNotesTable>()
            .AddSingleton<ProfileNotes>().AddSingleton<ProfileAudit>()
            .AddSingleton<IForgets>(s => s.GetRequiredService<ProfileNotes>())
            .AddSingleton<IDescribes, DescribedProfile>()
            .AddSingleton<IDescribes>(s => s.GetRequiredService<ProfileNotes>())
            .AddSingleton<IDescribes>(s => s.GetRequiredService<ProfileAudit>());
        return builder;
    }
}
