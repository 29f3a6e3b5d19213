using CustomerFunctions.Access;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Lifecycle;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.App;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Access;

/// <summary>Kept answers while storage fails, and while an erasure, the timer or the same request comes between.
/// </summary>
public sealed class KeptAnswersFaultTests(PostWorld world) : IClassFixture<PostWorld>
{
    private sealed record Case(string Id, ProfileKey Customer)
    {
        public string Notes => $"profiles/{Id}/notes";

        public (string, string) Key { get; } = ("Idempotency-Key", Guid.NewGuid().ToString());

        public object Body => new { text = $"Of {Id}" };
    }

    private AppUnderTest App => world.App;

    [Fact]
    public async Task A_note_is_written_once_and_its_answer_kept_whatever_call_fails()
    {
        var tried = await FaultEnumeration.RunAsync(
            "keep an answer", App.Probe, NewAsync, async c => (await PostAsync(c)).Status == 201, KeptAsync);
        Assert.True(tried >= 12, $"{tried} faults");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_dies_between_the_work_and_its_answer_is_answered_by_the_work(int before)
    {
        var counted = await NewAsync();
        App.Probe.Count();
        (await PostAsync(counted)).Expect(201);
        var calls = App.Probe.Calls.Count;
        var c = await NewAsync();
        App.Probe.CutAt(calls - before);
        (await PostAsync(c)).ExpectProblem(503, "unavailable");
        App.Probe.Count();
        Assert.Equal(1, await world.CountAsync(c.Notes));
        await KeptAsync(c);
    }

    [Fact]
    public Task The_same_request_twice_at_once_is_done_once_wherever_one_is_held_back() => FaultEnumeration.PauseAsync(
        "keep one answer twice", App.Probe, NewAsync,
        async c => (await PostAsync(c)).Expect(201).IsSuccess, async c => (await PostAsync(c)).Expect(201).IsSuccess,
        KeptAsync);

    [Fact]
    public async Task An_erasure_takes_an_answer_that_is_being_kept_wherever_that_is_held_back()
    {
        var paused = await FaultEnumeration.PauseAsync(
            "keep an answer and erase", App.Probe, NewAsync,
            async c => (await PostAsync(c)).Status is 201 or 404,
            async c => (await world.Shop.DeleteAsync($"profiles/{c.Id}")).Status is 204 or 404,
            async c =>
            {
                App.Clock.Advance(TimeSpan.FromMinutes(3));
                await App.Host.FireTimerAsync(nameof(SweepErasures));
                await GoneAsync(c);
            });
        Assert.True(paused >= 9, $"{paused} pauses");
    }

    [Fact]
    public Task Forgetting_survives_a_fault_at_every_storage_call() => FaultEnumeration.RunAsync(
        "forget kept answers", App.Probe,
        async () =>
        {
            var c = await NewAsync();
            (await PostAsync(c)).Expect(201);
            (await world.Shop.PostAsync(c.Notes, c.Body, ("Idempotency-Key", "other-" + c.Id))).Expect(201);
            return c;
        },
        async c =>
        {
            await App.Services.GetRequiredService<KeptAnswersTable>().ForgetAsync(AppEnvironment.Live, c.Customer, default);
            return true;
        },
        async c =>
        {
            await GoneAsync(c);
            // The key is still known: the note is found, not written again.
            Assert.Equal("true", (await PostAsync(c)).Expect(201).Headers["Idempotency-Hit"]);
            (await world.Shop.PostAsync(c.Notes, new { text = "x" }, c.Key)).ExpectProblem(422, "idempotency-key-reused");
            Assert.Equal(2, await world.CountAsync(c.Notes));
        });

    [Fact]
    public Task Sweeping_survives_a_fault_at_every_storage_call() => FaultEnumeration.RunAsync(
        "sweep kept answers", App.Probe, EndedAsync,
        async _ =>
        {
            await App.Host.FireTimerAsync(nameof(SweepAnswers));
            return true;
        },
        async c =>
        {
            await GoneAsync(c);
            Assert.DoesNotContain(
                await world.RowsAsync("Due"), r => r.PartitionKey.StartsWith(KeptAnswersTable.DueKind, StringComparison.Ordinal));
        });

    [Fact]
    public Task A_key_that_comes_again_while_the_timer_removes_it_is_known_afterwards() => FaultEnumeration.PauseAsync(
        "sweep and use a key", App.Probe, EndedAsync,
        async _ =>
        {
            await App.Host.FireTimerAsync(nameof(SweepAnswers));
            return true;
        },
        async c => (await PostAsync(c)).Status == 201,
        async c =>
        {
            var again = (await PostAsync(c)).Expect(201);
            Assert.Equal("true", again.Headers["Idempotency-Hit"]);
            Assert.Equal(2, await world.CountAsync(c.Notes));
            await App.Host.FireTimerAsync(nameof(SweepAnswers));
            Assert.Equal(again.Body, (await PostAsync(c)).Expect(201).Body);
            Assert.Equal(2, await world.CountAsync(c.Notes));
        });

    private async Task<Case> NewAsync()
    {
        var id = (await world.NewCustomerAsync()).Id;
        return new Case(id, await world.KeyAsync(id));
    }

    private async Task<Case> EndedAsync()
    {
        // What other cases have left must not come between.
        App.Clock.Advance(TimeSpan.FromDays(9));
        await App.Host.FireTimerAsync(nameof(SweepAnswers));
        var c = await NewAsync();
        (await PostAsync(c)).Expect(201);
        App.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromHours(1));
        // The shop's key is known again, so that nothing but the path under test calls storage.
        (await world.Shop.GetAsync(c.Notes)).Expect(200);
        return c;
    }

    private Task<ApiAnswer> PostAsync(Case c) => world.Shop.PostAsync(c.Notes, c.Body, c.Key);

    private async Task KeptAsync(Case c)
    {
        var kept = (await PostAsync(c)).Expect(201);
        var again = (await PostAsync(c)).Expect(201);
        Assert.Equal((kept.Body, "true"), (again.Body, again.Headers["Idempotency-Hit"]));
        (await world.Shop.PostAsync(c.Notes, new { text = "x" }, c.Key)).ExpectProblem(422, "idempotency-key-reused");
        Assert.Equal(1, await world.CountAsync(c.Notes));
        Assert.Single(await world.KeptAsync(c.Id));
        Assert.Equal(1, await ListedAsync(c));
    }

    private async Task<int> ListedAsync(Case c) => (await world.RowsAsync(KeptAnswersTable.TableName))
        .Count(r => r.PartitionKey == $"c|live|{c.Customer}");

    private async Task GoneAsync(Case c)
    {
        Assert.Empty(await world.KeptAsync(c.Id));
        Assert.Equal(0, await ListedAsync(c));
    }
}
