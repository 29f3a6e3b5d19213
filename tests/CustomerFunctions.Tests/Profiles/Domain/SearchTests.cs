using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Tests.Profiles.Domain;

public sealed class SearchTests
{
    private static readonly Profile Zoe = new()
    {
        Kind = ProfileKind.Registered,
        Name = "Zoë O'Brien",
        Email = "Zoe.Smith@Example.com",
        Phone = "+442079460123",
    };

    [Theory]
    [InlineData("Zoë O'Brien", "zoe|obrien")]
    [InlineData("  Jean-Luc  PICARD ", "jean|luc|picard")]
    [InlineData("Łukasz Weiß Ærø", "lukasz|weiss|aero")]
    [InlineData("Иван Петров", "иван|петров")]
    [InlineData("山田 太郎", "山田|太郎")]
    [InlineData("…", "")]
    public void Names_are_folded_into_words(string name, string expected) =>
        Assert.Equal(expected, string.Join('|', SearchText.Words(name)));

    [Fact]
    public void A_usual_customer_has_six_texts_and_a_list_entry()
    {
        var entries = IndexEntries.Of(Zoe with { Email = "zoe@example.com" });
        Assert.Equal(
            [
                "k|r", "w|zoe_obrien", "w|obrien", "w|zoe@example.com", "w|example.com", "w|2079460123",
                "v|321064970244",
            ],
            entries);
    }

    [Fact]
    public void A_long_name_stays_within_the_limit_and_entries_hold_no_character_that_a_key_may_not()
    {
        var name = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Ab{(char)('a' + (i % 26))}{i}/\\#?"));
        var entries = IndexEntries.Of(Zoe with { Name = name });
        Assert.True(entries.Count <= IndexEntries.TextsMax + 1);
        Assert.All(entries, e => Assert.DoesNotContain(
            e, c => c is '/' or '\\' or '#' or '?' or ' ' || char.IsControl(c)));
    }

    [Theory]
    [InlineData("zo")]
    [InlineData("ZOË o'br")]
    [InlineData("zoe obrien")]
    [InlineData("obrien zoe")]
    [InlineData("o'b")]
    [InlineData("zoe.smith@exa")]
    [InlineData("smith")]
    [InlineData("example.c")]
    [InlineData("@example")]
    [InlineData("+44 20 79")]
    [InlineData("+4")]
    [InlineData("4420")]
    [InlineData("0044 207")]
    [InlineData("020 7946")]
    [InlineData("(020) 7946-01")]
    [InlineData("2079")]
    [InlineData("0123")]
    [InlineData("46 0123")]
    public void She_is_found(string typed) => Assert.NotNull(SearchQuery.Of(typed).FirstOf(Zoe));

    [Theory]
    [InlineData("brien")]
    [InlineData("zoe smyth")]
    [InlineData("xample")]
    [InlineData("+49 20 79")]
    [InlineData("7946")]
    [InlineData("zoe x")]
    [InlineData("!")]
    public void She_is_not_found(string typed) => Assert.Null(SearchQuery.Of(typed).FirstOf(Zoe));

    [Theory]
    [InlineData("zoe")]
    [InlineData("zoe obrien smith")]
    [InlineData("020 7946 0123")]
    [InlineData("44207")]
    [InlineData("007")]
    [InlineData("o'brien")]
    public void A_search_reads_at_most_sixteen_ranges(string typed) => Assert.InRange(
        SearchQuery.Of(typed).Ranges.Sum(r => r.Entry[0] == 'v' || char.IsAsciiDigit(r.Entry[^1])
            ? ProfileSearchTable.NumberShards
            : ProfileSearchTable.TextShards),
        1, 16);

    [Fact]
    public void A_page_ends_where_the_first_part_with_more_rows_ends()
    {
        var key = ProfileKey.New(DateTimeOffset.UnixEpoch);
        IndexRow Row(string position) => new(position, 0, "k|r", key);
        var (rows, more) = ProfileFinder.Merge(
        [
            new IndexPart([Row("a"), Row("d")], More: true),
            new IndexPart([Row("b"), Row("e"), Row("f")], More: false),
            new IndexPart([], More: false),
        ]);
        Assert.Equal(["a", "b", "d"], rows.Select(r => r.Position));
        Assert.True(more);
    }
}
