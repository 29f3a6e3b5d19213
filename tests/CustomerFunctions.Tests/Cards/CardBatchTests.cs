using CustomerFunctions.Cards;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Cards;

public sealed class CardBatchTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    [Fact]
    public async Task A_batch_makes_as_many_cards_as_were_asked_for_and_tells_their_codes()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var key = ("Idempotency-Key", app.NewName("batch"));
        var body = new { count = 1200, pattern = "20##########", checkDigit = "ean13", type = "sponsorship-group" };
        var started = (await shelf.Shop.PostAsync(Cards, body, key)).Expect(202);
        var path = $"card-batches/{started.Text("batchId")}";
        Assert.Equal(started.Text("batchId"), (await shelf.Shop.PostAsync(Cards, body, key)).Expect(202).Text("batchId"));
        (await shelf.Shop.PostAsync(Cards, new { count = 3 }, key)).ExpectProblem(422, "idempotency-key-reused");
        var batch = await shelf.Shop.AwaitAsync(path);
        Assert.Equal(("completed", 1200), (batch["state"]!.GetValue<string>(), batch["made"]!.GetValue<int>()));

        var codes = Csv.Read((await shelf.Shop.GetAsync($"{path}/codes")).Expect(200).Body.TrimStart('\uFEFF'));
        Assert.Equal("code,memberNumber,verificationCode", string.Join(',', codes[0]));
        Assert.Equal(1200, codes.Skip(1).Select(c => c[0]).Distinct().Count());
        Assert.All(codes.Skip(1), c => Assert.Null(CardCode.Ean13Fault(c[0])));
        Assert.Equal(1200, (await shelf.RowsAsync("Cards")).Count(r => r.GetString("Type") == "SponsorshipGroup"));
        var zoe = await shelf.NewProfileAsync();
        (await shelf.Shop.PutAsync($"profiles/{zoe}/vip", new { memberNumber = codes[777][1], verificationCode = codes[777][2] }))
            .Expect(200);
        Assert.Equal([codes[777][0]], await shelf.CardsOfAsync(zoe));
        (await shelf.Shop.PostAsync($"{Cards}/{codes[777][0]}/replacement", new { reason = "Lost" })).Expect(201);

        var other = await app.NewApplicationAsync("sandbox");
        (await other.GetAsync(path)).ExpectProblem(404, "not-found");
        (await other.GetAsync($"{path}/codes")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task A_chunk_that_runs_again_makes_no_card_twice_and_tells_the_same_codes()
    {
        var (batch, shelf) = (await NewBatchAsync("RERUN-######", 300), await Cardholders.ArrangeAsync(app));
        var first = await RunAsync(batch);
        var again = await RunAsync(batch);
        Assert.Equal(first, again);
        Assert.Equal(300, (await RowsOfAsync(shelf, batch)).Count);
        Assert.Equal(301, Csv.Read(first).Count);
    }

    [Fact]
    public async Task A_chunk_that_breaks_off_at_any_call_ends_the_same_when_it_runs_again()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var number = 0;
        await FaultEnumeration.RunAsync(
            "card: chunk of a batch", app.Probe, () => NewBatchAsync($"F{number++:D2}-######", 6),
            async batch =>
            {
                await RunAsync(batch);
                return true;
            },
            async batch =>
            {
                var codes = Csv.Read(await RunAsync(batch));
                var rows = await RowsOfAsync(shelf, batch);
                Assert.Equal((7, 6), (codes.Count, rows.Count));
                Assert.Equal(
                    codes.Skip(1).Select(c => CardId.Of(AppEnvironment.Live, c[0]).Hash).Order(), rows.Select(r => r.RowKey).Order());
            },
            callsVary: true);
    }

    [Fact]
    public async Task Codes_that_are_taken_are_passed_over_and_a_pattern_without_free_ones_says_so()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        for (var i = 0; i < 10; i++) await shelf.NewCardAsync(new { code = $"T-{i}{i}" });
        var secret = new string('7', 64);
        var order = new CardOrder("club", CardType.Customer, new CodePattern("T-##", false), 60);
        var batch = new CardBatch("t", AppEnvironment.Live, order, secret, "", CardBatchState.Queued, app.Clock.GetUtcNow());
        var bulk = app.Services.GetRequiredService<BulkCards>();
        var made = (await bulk.MakeAsync(batch, 0, 60, default))!.Select(c => c.Card.Code).ToList();
        Assert.Equal(60, made.Distinct().Count());
        Assert.DoesNotContain(made, code => code[2] == code[3]);
        Assert.Equal(made, (await bulk.MakeAsync(batch, 0, 60, default))!.Select(c => c.Card.Code));
        Assert.Equal(made[20..40], (await bulk.MakeAsync(batch, 20, 20, default))!.Select(c => c.Card.Code));
        Assert.Null(await bulk.MakeAsync(batch with { BatchId = "u", Secret = new string('8', 64) }, 0, 60, default));
    }

    [Fact]
    public async Task The_codes_are_there_once_the_batch_is_completed()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var batch = await NewBatchAsync("LATER-######", 5);
        (await shelf.Shop.GetAsync($"card-batches/{batch.BatchId}/codes")).ExpectProblem(409, "batch-not-finished");
        await app.Services.GetRequiredService<CardBatchesTable>().EndAsync(batch, CardBatchState.Failed, default);
        Assert.Equal("failed", (await shelf.Shop.GetAsync($"card-batches/{batch.BatchId}")).Expect(200).Text("state"));
        (await shelf.Shop.GetAsync($"card-batches/{batch.BatchId}/codes")).ExpectProblem(409, "batch-not-finished");
        (await shelf.Shop.GetAsync("card-batches/nothing")).ExpectProblem(404, "not-found");
    }

    private async Task<CardBatchRef> NewBatchAsync(string pattern, int count)
    {
        var order = new CardOrder("club", CardType.Customer, CodePattern.Read(pattern, false, count).Value, count);
        var change = new Change(Guid.NewGuid().ToString("n"), "");
        var batch = app.Services.GetRequiredService<CardMaker>().NewBatch(AppEnvironment.Live, order, change);
        await app.Services.GetRequiredService<CardBatchesTable>().AddAsync(batch, default);
        return new CardBatchRef(AppEnvironment.Live, batch.BatchId);
    }

    /// <summary>Runs the one chunk of a batch and joins its file, which is answered.</summary>
    private async Task<string> RunAsync(CardBatchRef batch)
    {
        await ActivatorUtilities.CreateInstance<MakeCardChunk>(app.Services).Run(new CardChunk(batch, 0), default);
        var files = app.Services.GetRequiredService<CardBatchFiles>();
        await files.JoinAsync(batch, 1, "code,memberNumber,verificationCode\r\n", default);
        using var reader = new StreamReader(await files.OpenAsync(batch, default));
        return await reader.ReadToEndAsync();
    }

    private static async Task<List<Azure.Data.Tables.TableEntity>> RowsOfAsync(Cardholders shelf, CardBatchRef batch) =>
        [.. (await shelf.RowsAsync("Cards")).Where(r => r.GetString("MadeBy")?.StartsWith(batch.BatchId, StringComparison.Ordinal) is true)];
}
