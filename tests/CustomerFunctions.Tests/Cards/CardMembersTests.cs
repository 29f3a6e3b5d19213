using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

public sealed class CardMembersTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    [Fact]
    public async Task Customers_are_put_on_a_card_up_to_the_programs_limit_and_taken_off()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, _) = await shelf.NewCardAsync();
        string[] ids = [await shelf.NewProfileAsync(), await shelf.NewProfileAsync(), await shelf.NewProfileAsync()];
        foreach (var id in ids[..2]) (await shelf.Shop.PutAsync($"{Cards}/{code}/members/{id}", new { })).Expect(200);
        (await shelf.Shop.PutAsync($"{Cards}/{code}/members/{ids[0]}", new { })).Expect(200);
        (await shelf.Shop.PutAsync($"{Cards}/{code}/members/{ids[2]}", new { })).ExpectProblem(409, "too-many-members");
        Assert.Equal(ids[..2], await shelf.MembersAsync(code));
        Assert.Equal([code], await shelf.CardsOfAsync(ids[1]));
        Assert.Empty(await shelf.CardsOfAsync(ids[2]));

        (await shelf.Shop.DeleteAsync($"{Cards}/{code}/members/{ids[1]}")).Expect(204);
        (await shelf.Shop.DeleteAsync($"{Cards}/{code}/members/{ids[1]}")).Expect(204);
        Assert.Empty(await shelf.CardsOfAsync(ids[1]));
        (await shelf.Shop.PutAsync($"{Cards}/{code}/members/{ids[2]}", new { })).Expect(200);
        (await shelf.Shop.PutAsync($"{Cards}/{code}/members/nobody", new { })).ExpectProblem(404, "not-found");
        (await shelf.Shop.GetAsync("profiles/nobody/cards")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Of_many_who_join_at_once_as_many_get_in_as_the_program_allows()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add(await shelf.NewProfileAsync());
        var answers = await Task.WhenAll(ids.Select((id, i) => i % 2 == 0
            ? shelf.Shop.PutAsync($"{Cards}/{code}/members/{id}", new { })
            : shelf.Shop.PutAsync($"profiles/{id}/vip", new { memberNumber = code, verificationCode = verification })));
        Assert.Equal(Cardholders.MembersMax, answers.Count(a => a.Status == 200));
        Assert.All(answers.Where(a => a.Status != 200), a => a.ExpectProblem(409, "too-many-members"));
        var members = await shelf.MembersAsync(code);
        Assert.Equal(Cardholders.MembersMax, members.Length);
        foreach (var id in ids) Assert.Equal(members.Contains(id) ? [code] : [], await shelf.CardsOfAsync(id));
    }

    [Fact]
    public async Task An_erased_customer_leaves_all_cards()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (zoe, max) = (await shelf.NewProfileAsync(), await shelf.NewProfileAsync());
        var codes = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add((await shelf.NewCardAsync()).Code);
            foreach (var id in new[] { zoe, max })
                (await shelf.Shop.PutAsync($"{Cards}/{codes[i]}/members/{id}", new { })).Expect(200);
        }

        var before = (await shelf.RowsAsync("CardMembers")).Count;
        (await shelf.Shop.DeleteAsync($"profiles/{zoe}")).Expect(204);
        foreach (var code in codes) Assert.Equal([max], await shelf.MembersAsync(code));
        Assert.Equal(before - 3, (await shelf.RowsAsync("CardMembers")).Count);
        var rows = await shelf.RowsAsync("Cards");
        Assert.All(rows.Where(r => r.ContainsKey("Document")), r => Assert.DoesNotContain(
            zoe, System.Text.Encoding.UTF8.GetString(r.GetBinary("Document")), StringComparison.Ordinal));
    }
}
