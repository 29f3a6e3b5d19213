using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Tests.Imports;

public sealed class CustomerImportRowTests
{
    private static readonly string[] Headers = ["Name", "E-mail", "Phone", "Born", "Tags", "Consent", "Id", "Dish"];

    private static readonly string?[] Mapping =
        ["name", "email", "phone", "dateOfBirth", "tags", "consent.email", "integrationId", null];

    [Theory]
    [InlineData("Ada,a@x.com", "", "")]
    [InlineData("Ada,a@x.com,,,,,,", "", "")]
    [InlineData("Ada,a@x.com,,,,,,ramen,,", "", "")]
    [InlineData("Ada,a@x.com,,,,,,ramen,extra", "", "wrong-field-count")]
    [InlineData(",,,,,,,ramen,extra", "", "wrong-field-count")]
    [InlineData(",a@x.com", "Name", "missing-name")]
    [InlineData(" ,", "Name", "missing-name")]
    [InlineData("Ada", "E-mail", "missing-email")]
    [InlineData("Ada,nothing", "E-mail", "invalid-email")]
    [InlineData("Ada,two@@x.com", "E-mail", "invalid-email")]
    [InlineData("Ada,a@x.com,12", "Phone", "invalid-phone")]
    [InlineData("Ada,a@x.com,4.67E+10", "Phone", "invalid-phone")]
    [InlineData("Ada,nothing,12", "E-mail", "invalid-email")]
    [InlineData("Ada,a@x.com,,29.02.2023", "Born", "invalid-date-of-birth")]
    [InlineData("Ada,a@x.com,,10/12", "Born", "invalid-date-of-birth")]
    [InlineData("Ada,a@x.com,,,,,a/b", "Id", "invalid-integration-id")]
    [InlineData("Card 4111 1111 1111 1111,a@x.com", "Name", "invalid-name")]
    public void A_row_is_taken_or_told_why_not(string cells, string column, string code)
    {
        var (row, fault) = Read(ImportMatch.Email, cells.Split(','));
        Assert.Equal(code, fault?.Code ?? "");
        Assert.Equal(column, fault?.Column ?? "");
        Assert.Equal(code.Length == 0, row is not null);
    }

    [Theory]
    [InlineData("Ada Lovelace <MAIL@Example.com>", "MAIL@Example.com")]
    [InlineData("mailto:a@x.com?subject=hello", "a@x.com")]
    [InlineData("  a@x.com ", "a@x.com")]
    [InlineData("\"Lovelace, Ada\" <a@x.com>", "a@x.com")]
    public void Emails_are_unwrapped(string cell, string email) =>
        Assert.Equal(email, Taken("Ada", cell).Profile.Email);

    [Theory]
    [InlineData("020 7946 0000")]
    [InlineData("+44 (0)20 7946 0000")]
    [InlineData("'+442079460000")]
    [InlineData("p:+442079460000")]
    [InlineData("tel:020-7946-0000")]
    [InlineData("0044 20 7946 0000")]
    public void Phones_are_read_in_the_application_s_region(string cell) =>
        Assert.Equal("+442079460000", Taken("Ada", "a@x.com", cell).Profile.Phone);

    [Theory]
    [InlineData("  Ada \t Lovelace ", "Ada Lovelace")]
    [InlineData("Ada\r\nLovelace", "Ada Lovelace")]
    [InlineData("'=1+1", "=1+1")]
    [InlineData("=1+1", "=1+1")]
    [InlineData("'t Hooft", "'t Hooft")]
    [InlineData("Zoe\u0308 🍕", "Zo\u00EB 🍕")]
    public void Names_are_cleaned_but_not_changed(string cell, string name) =>
        Assert.Equal(name, Taken(cell, "a@x.com").Profile.Name);

    [Fact]
    public void Other_fields_are_read_as_their_systems_write_them()
    {
        var profile = Taken("Ada", "a@x.com", "", "28.02.1990", "\"VIP\",\"Blog\";vip", "Subscribed").Profile;
        Assert.Equal(new DateOnly(1990, 2, 28), profile.DateOfBirth);
        Assert.Equal(["VIP", "Blog", "vip"], profile.Tags);
        Assert.True(profile.Consent?.Email?.Granted);
        Assert.Null(Taken("Ada", "a@x.com", "", "", "", "Unknown").Profile.Consent);
        Assert.Equal("7210448301122", Taken("Ada", "a@x.com", "", "", "", "", "'7210448301122").IntegrationId);
    }

    [Fact]
    public void A_row_without_what_it_is_matched_by_is_rejected()
    {
        Assert.Equal("missing-phone", Read(ImportMatch.Phone, ["Ada", "a@x.com"]).Fault?.Code);
        Assert.Equal("missing-integration-id", Read(ImportMatch.IntegrationId, ["Ada", "a@x.com"]).Fault?.Code);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told() =>
        Assert.Equal("invalid-text", Read(ImportMatch.Email, ["Ada", null]).Fault?.Code);

    [Fact]
    public void Spellings_of_one_email_and_of_one_phone_have_one_key()
    {
        var a = Taken("Ada", "a@x.com", "020 7946 0000").Keys(ImportMatch.Email);
        var b = Taken("Bob", "Bob <A@X.com>", "+442079460000").Keys(ImportMatch.Email);
        Assert.Equal(a.Match, b.Match);
        Assert.Equal(a.Others, b.Others);
        Assert.NotEqual(a.Match, Taken("Ada", "a@x.com", "020 7946 0000").Keys(ImportMatch.Phone).Match);
    }

    private static CustomerImportRow Taken(params string[] cells)
    {
        var (row, fault) = Read(ImportMatch.Email, cells);
        Assert.Null(fault);
        return row!;
    }

    private static (CustomerImportRow? Row, RowFault? Fault) Read(ImportMatch match, string?[] cells) =>
        new CustomerRowReader(
            new RowColumns(Headers, Mapping), "GB", match, new DateOnly(2026, 3, 1), new AttributeSchema(
                Mapping.OfType<string>().Where(f => f.StartsWith("attributes.", StringComparison.Ordinal))
                    .Select(f => new AttributeDeclaration(
                        AttributeEntity.Profile, f["attributes.".Length..], AttributeType.String, [], null))))
            .Read(cells);
}
