using System.Runtime.CompilerServices;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Customers, read bucket by bucket: 1 call for some 500 of them, whatever the filter.</summary>
public sealed class CustomerRows(ProfileDirectory profiles) : IExportRows
{
    /// <summary>The kind's name.</summary>
    public const string Name = "customers";

    private const int BucketsOfPart = ProfileDirectory.Buckets / ExportPart.Count;

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IReadOnlyList<ExportColumn> Columns { get; } = [.. CustomerFields.All.Select(f => f.Column)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Default => CustomerFields.Default;

    /// <inheritdoc/>
    public string Who => CustomerFields.Id;

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeyRange>?> CutAsync(ExportRecord export, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<KeyRange>?>(null);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync(
        ExportRecord export, ExportPart part, [EnumeratorCancellation] CancellationToken cancel)
    {
        var order = export.Order;
        var fields = FieldsOf(order);
        var dates = order.DateFormat is { } format ? DateFormat.Parse(format) : null;
        var takes = FilterOf(order);
        for (var bucket = part.Number * BucketsOfPart; bucket < (part.Number + 1) * BucketsOfPart; bucket++)
            await foreach (var customer in profiles.ReadBucketAsync(export.Environment, bucket, cancel))
                if (takes(customer)) yield return [.. fields.Select(f => f.Cell(customer, dates))];
    }

    private static List<ExportField<StoredProfile>> FieldsOf(ExportOrder order)
    {
        var all = order.Layout == ExportOrder.Plain ? CustomerFields.All : MarketingLayouts.FieldsOf(order.Layout);
        return [.. order.Fields.Select(name => all.First(f => f.Column.Name == name))];
    }

    // As the list of customers filters, so that both show the same.
    private static Func<StoredProfile, bool> FilterOf(ExportOrder order)
    {
        var filter = new ProfileFilter(Parse<ProfileKind>(order.Filter.Kind), Parse<ProfileStatus>(order.Filter.Status))
        {
            Tag = order.Filter.Tag,
            CreatedAfter = order.Filter.CreatedAfter,
            CreatedBefore = order.Filter.CreatedBefore,
            ActiveAfter = order.Filter.ActiveAfter,
            ActiveBefore = order.Filter.ActiveBefore,
        };
        var search = order.Filter.Search is { } typed ? SearchQuery.Of(typed) : null;
        var isMarketing = order.Layout != ExportOrder.Plain;
        return customer => filter.Takes(customer)
            && (search is null || search.FirstOf(customer.Profile) is not null)
            && (!isMarketing || MarketingLayouts.Takes(customer.Profile));
    }

    private static T? Parse<T>(string? word)
        where T : struct, Enum => word is null ? null : Enum.GetValues<T>().First(v => Json.Word(v) == word);
}
