using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

public sealed class AuditPartsTests
{
    private static readonly AuditRef Audit = new(AppEnvironment.Live, "stars", "a");

    [Fact]
    public void Every_owner_falls_into_one_part_whenever_it_was_made()
    {
        var first = ProfileKey.New(Noon).ToString();
        var parts = AuditParts.Cut(Audit, first, Noon.AddDays(400));
        Assert.Equal(AuditParts.Count, parts.Count);
        var owners = Enumerable.Range(-2, 500).Select(i => ProfileKey.New(Noon.AddDays(i)).ToString()).ToList();
        var shares = parts.Select(p => owners.Count(o => IsIn(p, o))).ToList();
        Assert.Equal(owners.Count, shares.Sum());
        Assert.All(shares.SkipLast(1), share => Assert.InRange(share, 24, 28));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("card-1")]
    [InlineData("ffffffffffffffffffffffffffffffff")]
    public void What_tells_no_time_is_one_part(string? firstOwner) =>
        Assert.Equal([new AuditPart(Audit, "", null)], AuditParts.Cut(Audit, firstOwner, Noon));

    private static bool IsIn(AuditPart part, string owner) => string.CompareOrdinal(owner, part.After) > 0
        && (part.Before is null || string.CompareOrdinal(owner, part.Before) < 0);
}
