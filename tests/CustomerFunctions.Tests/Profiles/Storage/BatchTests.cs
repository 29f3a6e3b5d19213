using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles.Storage;

public sealed class BatchTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    [Theory]
    [InlineData(BatchMatch.Email)]
    [InlineData(BatchMatch.Phone)]
    [InlineData(BatchMatch.IntegrationId)]
    public async Task Rows_create_update_leave_and_skip_by_any_match(BatchMatch match)
    {
        var (there, fresh) = (Customers.NewNumber(), Customers.NewNumber());
        var id = app.NewName("b");
        await _customers.PutAsync(id, Customers.New(there) with { Tags = ["old"] });
        BatchRow Row(string name, int n, string? rowId) => new(
            Guid.NewGuid().ToString("n"), rowId, Customers.New(n) with { Name = name });
        Assert.Equal(
            [BatchChange.Updated, BatchChange.Created],
            await ChangesAsync(match, BatchExisting.Update, Row("New Name", there, id), Row("Fresh", fresh, null)));
        Assert.Equal(
            [BatchChange.Unchanged], await ChangesAsync(match, BatchExisting.Update, Row("New Name", there, id)));
        Assert.Equal([BatchChange.Skipped], await ChangesAsync(match, BatchExisting.Skip, Row("Skip", there, id)));
        var stored = await _customers.Directory.FindAsync(Customers.Live, id, Customers.Stop);
        Assert.Equal("New Name", stored!.Profile.Name);
        Assert.Equal(["old"], stored.Profile.Tags);
        await _customers.AssertSoundAsync();
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task What_belongs_to_another_is_rejected_with_its_column()
    {
        var (there, other) = (Customers.NewNumber(), Customers.NewNumber());
        var id = app.NewName("b");
        await _customers.PutAsync(id, Customers.New(there));
        var fresh = Enumerable.Range(0, 4).Select(_ => Customers.New(Customers.NewNumber())).ToList();
        var rows = new[]
        {
            NewRow(fresh[0] with { Phone = Customers.New(there).Phone }),
            NewRow(fresh[1]) with { IntegrationId = id },
            NewRow(fresh[2] with { Phone = Customers.New(other).Phone }),
            NewRow(fresh[3] with { Phone = Customers.New(other).Phone }),
        };
        var outcomes = await WriteAsync(rows, BatchMatch.Email, BatchExisting.Update);
        Assert.Equal(
            [
                (ProfileErrors.PhoneTaken, "phone"), (ProfileErrors.IdTaken, "integrationId"), (null, null),
                (ProfileErrors.PhoneTaken, "phone"),
            ],
            outcomes.Select(o => (o.Rejection?.Code, o.Rejection?.Column)));
        await _customers.AssertSoundAsync();
        // What the rejected rows had claimed is free at once.
        Assert.True((await _customers.PutAsync(app.NewName("b"), fresh[0])).IsOk);
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_second_run_gives_the_first_outcomes_also_after_other_changes()
    {
        var numbers = Enumerable.Range(0, 40).Select(_ => Customers.NewNumber()).ToList();
        var rows = numbers.Select(n => NewRow(Customers.New(n))).ToList();
        var options = new BatchOptions(BatchExisting.Update, BatchMatch.Email, app.Clock.GetUtcNow());
        var first = await _customers.Batches.WriteAsync(Customers.Live, "shop", rows, options, Customers.Stop);
        Assert.All(first, o => Assert.Equal(BatchChange.Created, o.Change));
        for (var i = 0; i < 20; i++)
            await _customers.PutAsync(first[0].IntegrationId!, Customers.New(numbers[0]) with { Name = $"Edit {i}" });
        var gone = await _customers.Directory.FindAsync(Customers.Live, first[1].IntegrationId!, Customers.Stop);
        Assert.Null(await _customers.Directory.EraseAsync(Customers.Live, gone!.Key, Customers.Stop));
        app.Clock.Advance(TimeSpan.FromHours(1));
        var second = await _customers.Batches.WriteAsync(Customers.Live, "shop", rows, options, Customers.Stop);
        Assert.Equal(first, second);
        Assert.Null(await _customers.Directory.FindAsync(Customers.Live, first[1].IntegrationId!, Customers.Stop));
        await _customers.AssertSoundAsync();
    }

    [Fact]
    public async Task New_rows_take_few_calls_and_a_search_takes_as_many_with_3000_customers_as_with_100()
    {
        const int Many = 3000;
        await CreateAsync(100);
        var few = await CallsAsync(() => _customers.SearchAsync("zzbulk aa"));
        var listed = await CallsAsync(ListAsync);
        var calls = await CallsAsync(() => CreateAsync(Many));
        Assert.True(calls <= 0.4 * Many, $"{calls} calls for {Many} rows.");
        Assert.Equal(few, await CallsAsync(() => _customers.SearchAsync("zzbulk aa")));
        Assert.Equal(listed, await CallsAsync(ListAsync));
        Assert.InRange(few, 16, 16 + 50);
        Assert.InRange(listed, 16, 16 + 10);
    }

    private Task ListAsync() =>
        _customers.Finder.ListAsync(Customers.Live, new ProfileFilter(), null, 10, Customers.Stop);

    private async Task CreateAsync(int count)
    {
        var rows = Enumerable.Range(0, count).Select(_ => Customers.New(Customers.NewNumber()))
            .Select(profile => NewRow(profile with { Name = $"Zzbulk {Guid.NewGuid():n}" })).ToList();
        var outcomes = await WriteAsync(rows, BatchMatch.Email, BatchExisting.Update);
        Assert.All(outcomes, o => Assert.Equal(BatchChange.Created, o.Change));
    }

    private async Task<int> CallsAsync(Func<Task> act)
    {
        app.Probe.Count();
        await act();
        return app.Probe.Calls.Count;
    }

    private async Task<BatchChange[]> ChangesAsync(BatchMatch match, BatchExisting existing, params BatchRow[] rows) =>
        [.. (await WriteAsync(rows, match, existing)).Select(o => o.Change)];

    private Task<IReadOnlyList<BatchOutcome>> WriteAsync(
        IReadOnlyList<BatchRow> rows, BatchMatch match, BatchExisting existing) => _customers.Batches.WriteAsync(
            Customers.Live, "shop", rows, new BatchOptions(existing, match, app.Clock.GetUtcNow()), Customers.Stop);

    private static BatchRow NewRow(Profile profile) => new(Guid.NewGuid().ToString("n"), null, profile);
}
