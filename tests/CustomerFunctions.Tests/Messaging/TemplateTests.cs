using CustomerFunctions.Messaging.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Messaging;

public sealed class TemplateTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_template_is_the_default_until_an_application_has_its_own()
    {
        var shop = await app.NewApplicationAsync();
        var path = $"applications/{shop.Application}/templates/password-reset";
        var first = (await shop.GetAsync(path)).Expect(200);
        Assert.False(first.Json["own"]!.GetValue<bool>());
        Assert.Equal("password-reset", first.Text("kind"));
        (await shop.PutAsync(path, new { subject = "Hi", text = "Go to https://shop.example/?t={token}" })).Expect(200);
        var own = (await shop.GetAsync(path)).Expect(200);
        Assert.True(own.Json["own"]!.GetValue<bool>());
        Assert.Equal("Hi", own.Text("subject"));
        (await shop.DeleteAsync(path)).Expect(204);
        (await shop.DeleteAsync(path)).Expect(204);
        Assert.Equal(first.Text("text"), (await shop.GetAsync(path)).Expect(200).Text("text"));
    }

    [Theory]
    [InlineData("password-reset", "no place", "/text")]
    [InlineData("password-reset", "{code}", "/text")]
    [InlineData("verification-code", "{token}", "/text")]
    [InlineData("verification-code", "{code} {name}", "/text")]
    [InlineData("claim-code", "", "/text")]
    public async Task A_template_needs_its_secret_and_knows_its_places(string kind, string text, string pointer)
    {
        var shop = await app.NewApplicationAsync();
        var answer = await shop.PutAsync($"applications/{shop.Application}/templates/{kind}", new { text });
        Assert.Equal([pointer], answer.ExpectProblem(400, "invalid").WrongFields);
    }

    [Fact]
    public async Task Somebody_elses_templates_are_not_there()
    {
        var (shop, other) = (await app.NewApplicationAsync(), await app.NewApplicationAsync("sandbox"));
        var path = $"applications/{other.Application}/templates/password-reset";
        (await shop.GetAsync(path)).ExpectProblem(404, "not-found");
        (await shop.PutAsync(path, new { text = "{token}" })).ExpectProblem(404, "not-found");
        (await shop.DeleteAsync(path)).ExpectProblem(404, "not-found");
        (await shop.GetAsync($"applications/{shop.Application}/templates/letter")).ExpectProblem(404, "not-found");
        (await (await app.NewKeyAsync(shop.Application, "integration", "staff", "admin"))
            .GetAsync($"applications/{shop.Application}/templates/password-reset")).ExpectProblem(403, "denied");
    }

    [Fact]
    public Task Writing_a_template_survives_a_fault_at_every_storage_call() => FaultEnumeration.RunAsync(
        "put and delete a template", app.Probe, () => app.NewApplicationAsync(),
        async shop =>
        {
            var path = $"applications/{shop.Application}/templates/claim-code";
            return (await shop.PutAsync(path, new { text = "{code}" })).IsSuccess
                && (await shop.DeleteAsync(path)).IsSuccess
                && (await shop.PutAsync(path, new { text = "Last {code}" })).IsSuccess;
        },
        async shop => Assert.Equal(
            "Last {code}",
            (await shop.GetAsync($"applications/{shop.Application}/templates/claim-code")).Expect(200).Text("text")));

    [Fact]
    public void Every_default_has_its_places_and_is_filled_in()
    {
        foreach (var kind in Enum.GetValues<LetterKind>())
        {
            var letter = LetterTemplate.Default(kind).Fill(kind, "S3CRET", "shop", TimeSpan.FromMinutes(10));
            Assert.Contains("S3CRET", letter.Text, StringComparison.Ordinal);
            Assert.Contains("10 minutes", letter.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("{", letter.Text + letter.Subject, StringComparison.Ordinal);
        }
    }
}
