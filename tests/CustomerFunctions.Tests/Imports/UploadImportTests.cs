using System.Text;
using CustomerFunctions.Imports;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

public sealed class UploadImportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task An_upload_answers_the_columns_with_what_they_propose()
    {
        var shop = await app.NewApplicationAsync();
        var answer = (await shop.PostAsync("imports?kind=customers", Body("E-mail;Full name;Shoe size\na@x.y;A;42\n")))
            .Expect(201);
        Assert.Equal("uploaded", answer.Text("state"));
        Assert.Equal(["0 E-mail email", "1 Full name name", "2 Shoe size "], answer.Json["columns"]!.AsArray()
            .Select(c => $"{c!["index"]} {c["header"]} {c["proposed"]}"));
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("\n\n", "empty-file")]
    [InlineData("1,2\n3,4\n", "unusable-header")]
    public async Task A_file_that_cannot_be_imported_is_refused(string file, string code)
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PostAsync("imports?kind=customers", Body(file))).ExpectProblem(400, code);
    }

    [Fact]
    public async Task Only_a_management_key_uploads_and_only_a_known_kind_is_taken()
    {
        var site = await app.NewApplicationAsync(scopes: ["integration", "staff"]);
        (await site.PostAsync("imports?kind=customers", Body("name,email"))).ExpectProblem(403, "denied");
        var shop = await app.NewApplicationAsync();
        Assert.Equal(["?kind"], (await shop.PostAsync("imports", Body("name,email"))).Expect(400).WrongFields);
        Assert.Equal(["?kind"], (await shop.PostAsync("imports?kind=cats",
            Body("name,email"))).Expect(400).WrongFields);
    }

    [Fact]
    public async Task The_same_key_and_file_give_the_same_import_and_another_file_is_refused()
    {
        var shop = await app.NewApplicationAsync();
        var key = ("Idempotency-Key", "upload-1");
        var first = (await shop.PostAsync("imports?kind=customers", Body("name,email\n"), key)).Expect(201);
        var again = (await shop.PostAsync("imports?kind=customers", Body("name,email\n"), key)).Expect(201);
        Assert.Equal(first.Text("importId"), again.Text("importId"));
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        (await shop.PostAsync("imports?kind=customers", Body("name,email,x\n"), key))
            .ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_by_its_length_alone()
    {
        var shop = await app.NewApplicationAsync();
        using var body = new ByteArrayContent(new byte[UploadImport.BytesMax + 1]);
        (await shop.PostAsync("imports?kind=customers", body)).Expect(413);
    }

    [Fact]
    public async Task Another_environment_does_not_see_the_import()
    {
        var live = await app.NewApplicationAsync("live");
        var sandbox = await app.NewApplicationAsync("sandbox");
        var importId = await live.UploadAsync("name,email\n");
        (await live.GetAsync($"imports/{importId}")).Expect(200);
        (await sandbox.GetAsync($"imports/{importId}")).ExpectProblem(404, "not-found");
        (await sandbox.PostAsync($"imports/{importId}/start")).ExpectProblem(404, "not-found");
        (await live.GetAsync("imports/lane%7Ccustomers")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Templates_are_given_for_known_kinds_only()
    {
        var shop = await app.NewApplicationAsync();
        var template = (await shop.GetAsync("import-templates/customers")).Expect(200);
        Assert.StartsWith("integrationId,name,firstName,lastName,email,phone", template.Body, StringComparison.Ordinal);
        (await shop.GetAsync("import-templates/cats")).ExpectProblem(404, "not-found");
    }

    private static ByteArrayContent Body(string text) => new(Encoding.UTF8.GetBytes(text));
}
