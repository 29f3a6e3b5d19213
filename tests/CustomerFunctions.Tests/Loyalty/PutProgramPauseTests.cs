using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Loyalty;

public sealed class PutProgramPauseTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(string Name)
    {
        /// <summary>The statuses that the two writers were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_write_one_program_one_stands_whole_wherever_one_is_held_back(bool isThere)
    {
        var shop = await app.NewApplicationAsync();
        await PutAsync(shop, app.NewName("warm"), 0);
        await FaultEnumeration.PauseAsync(
            isThere ? "replace and replace a program" : "make and make a program", app.Probe,
            async () =>
            {
                var c = new Case(app.NewName("program"));
                if (isThere) Assert.Equal(201, await PutAsync(shop, c.Name, 0));
                return c;
            },
            async c => (c.First = await PutAsync(shop, c.Name, 1)) is 200 or 201,
            async c => (c.Second = await PutAsync(shop, c.Name, 2)) is 200 or 201,
            async c =>
            {
                Assert.Equal(isThere ? [200, 200] : [200, 201], ((int[])[c.First, c.Second]).Order());
                var program = (await shop.GetAsync($"programs/{c.Name}")).Expect(200);
                var earn = program.Json["earn"]!["pointsPerUnit"]!.GetValue<decimal>();
                Assert.Contains((program.Text("title"), earn), (IEnumerable<(string, decimal)>)[("No 1", 1m), ("No 2",
                    2m)]);
                var listed = (await shop.GetAsync("programs")).Expect(200).Json["items"]!.AsArray();
                Assert.Single(listed, p => p!["title"]!.GetValue<string>() == program.Text("title")
                    && p["name"]!.GetValue<string>() == c.Name);
            });
    }

    private static async Task<int> PutAsync(ApiClient shop, string name, int number) => (await shop.PutAsync(
        $"programs/{name}",
        new { title = $"No {number}", earn = new { pointsPerUnit = number, rounding = "down" } })).Status;
}
