using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>What two customers had is one list once they are one, and goes as one.</summary>
public sealed class MergedSectionsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Sections_of_a_merged_customer_are_those_of_both_in_the_order_of_time()
    {
        var (till, one, other) = await MergedAsync();
        Assert.Equal(
            [$"{other.Id}-2", $"{one.Id}-2", $"{other.Id}-1", $"{one.Id}-1"],
            await AllAsync(till, $"profiles/{one.Id}/sessions", "sessionId"));
        Assert.Equal(
            [$"{other.Id}-2", $"{one.Id}-2", $"{other.Id}-t", $"{one.Id}-t", $"{other.Id}-1", $"{one.Id}-1"],
            await AllAsync(till, $"profiles/{one.Id}/transactions", "id"));
        var products = (await till.Shop.GetAsync($"profiles/{one.Id}/products")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(6, products.Sum(p => (int)p!["transactions"]!));
        var overview = (await till.Shop.GetAsync($"profiles/{one.Id}/overview")).Expect(200).Json;
        Assert.Equal(4, (int)overview["totalOrders"]!);
        Assert.Equal(1500, (int)overview["averageOrderValue"]![0]!["amount"]!);
        var data = (await till.Shop.GetAsync($"profiles/{one.Id}/data")).Expect(200).Json;
        Assert.Equal(4, data["sessions"]!.AsArray().Count);
        Assert.Equal(2, data["payments"]!.AsArray().Count);
        Assert.Equal(2, data["profile"]!["keys"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("transactions")]
    [InlineData("products")]
    [InlineData("overview")]
    [InlineData("data")]
    public async Task Sections_of_an_id_that_was_merged_are_elsewhere(string section)
    {
        var (till, one, other) = await MergedAsync();
        var moved = await till.Shop.GetAsync($"profiles/{other.Id}/{section}");
        // The test's client follows the way, and so sees the one who stayed.
        Assert.Contains(moved.Status, (int[])[200, 308]);
        if (moved.Status == 308)
            Assert.EndsWith($"/profiles/{one.Id}/{section}", moved.Headers["Location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_word_of_either_is_left_when_the_one_who_stayed_is_erased()
    {
        var (till, one, other) = await MergedAsync();
        var stored = new StoredTexts(app);
        Assert.NotEmpty(await stored.FindAsync(other.Texts));
        (await till.Shop.DeleteAsync($"profiles/{other.Id}")).Expect(204);
        Assert.Empty(await stored.FindAsync(one.Texts));
        Assert.Empty(await stored.FindAsync(other.Texts));
        (await till.Shop.GetAsync($"profiles/{one.Id}")).ExpectProblem(404, "not-found");
    }

    private async Task<(Till Till, MarkedCustomer One, MarkedCustomer Other)> MergedAsync()
    {
        var till = await Till.OpenAsync(app);
        var one = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        var other = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await one.RegisterAsync();
        await other.RegisterAsync();
        foreach (var step in (string[])["1", "t", "2"])
            foreach (var customer in (MarkedCustomer[])[one, other])
            {
                app.Clock.Advance(TimeSpan.FromMinutes(1));
                if (step == "t") await till.SendAsync(customer.Paid($"{customer.Id}-t"));
                else (await till.Shop.PutAsync($"sessions/{customer.Id}-{step}", customer.Order("closed"))).Expect(200);
            }

        (await till.Shop.PostAsync($"profiles/{other.Id}/merge", new { into = one.Id })).Expect(200);
        return (till, one, other);
    }

    private static async Task<string[]> AllAsync(Till till, string path, string name)
    {
        var (seen, next) = (new List<string>(), "");
        do
        {
            var page = (await till.Shop.GetAsync($"{path}?limit=1{next}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => (string)i![name]!));
            next = page["next"] is JsonNode cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);
        return [.. seen];
    }
}
