using System.Text.RegularExpressions;
using CustomerFunctions.Cards.Domain;

namespace CustomerFunctions.Tests.Cards.Domain;

public sealed class CodePatternTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("CARD-####-####", false, 100_000, true)]
    [InlineData("CARD-####-####", false, 100_001, false)]
    [InlineData("card-######", false, 1_000, true)]
    [InlineData("card-######", false, 1_001, false)]
    [InlineData("CARD-????", false, 160, true)]
    [InlineData("CARD-????", false, 161, false)]
    [InlineData("CARD", false, 1, false)]
    [InlineData("##", false, 1, false)]
    [InlineData("#### ####", false, 1, false)]
    [InlineData("-########", false, 1, false)]
    [InlineData("20##########", true, 100_000, true)]
    [InlineData("2###########", true, 100_000, true)]
    [InlineData("20#########", true, 1, false)]
    [InlineData("20########??", true, 1, false)]
    [InlineData("CARD########", true, 1, false)]
    [InlineData("", true, 1, false)]
    public void A_pattern_must_give_a_thousand_times_as_many_codes_as_are_wanted(
        string pattern, bool isEan13, long count, bool isGood)
    {
        var read = CodePattern.Read(pattern, isEan13, count);
        Assert.Equal(isGood, read.IsOk);
        if (!isGood) Assert.Equal("/pattern", Assert.Single(read.Error!.Fields).Pointer);
    }

    [Fact]
    public void Codes_look_like_their_pattern()
    {
        var pattern = CodePattern.Read("vip_##-??-x", false, 1).Value;
        var codes = Enumerable.Range(0, 500).Select(i => pattern.Make(Secret, i, 0)).ToList();
        Assert.All(codes, c => Assert.Matches(new Regex($"^VIP_[0-9]{{2}}-[{CodePattern.Letters}]{{2}}-X$"), c));
        Assert.Equal([.. "0123456789"], codes.Select(c => c[4]).Distinct().Order());
        Assert.Equal([.. CodePattern.Letters], codes.SelectMany(c => c[7..9]).Distinct().Order());
    }

    [Fact]
    public void A_code_follows_from_secret_index_and_attempt()
    {
        var pattern = CodePattern.Default;
        Assert.Equal(pattern.Make(Secret, 7, 2), pattern.Make(Secret, 7, 2));
        byte[] other = [.. Secret.Reverse()];
        Assert.Equal(
            4,
            new[] { (Secret, 7, 2), (Secret, 8, 2), (Secret, 7, 3), (other, 7, 2) }
                .Select(x => pattern.Make(x.Item1, x.Item2, x.Item3)).Distinct().Count());
    }

    [Fact]
    public void An_ean_13_has_its_check_digit()
    {
        var pattern = CodePattern.Read("20##########", true, 1).Value;
        for (var i = 0; i < 200; i++) Assert.Null(CardCode.Ean13Fault(pattern.Make(Secret, i, 0)));
    }
}
