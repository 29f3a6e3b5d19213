using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

public sealed class ChainTests
{
    private static readonly Draft Wallet =
        Empty().Add(50, "1h",
            "10D").Add(20).At(Noon.AddHours(2)).Deduct(60).Value.TakeBack(70).At(Noon.AddDays(11)).Add(5);

    public static TheoryData<int, string> Forgeries
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var entry = 0; entry < Wallet.Entries.Length; entry++)
                foreach (var what in Changes.Keys) data.Add(entry, what);
            return data;
        }
    }

    private static readonly Dictionary<string, Func<LedgerEntry, LedgerEntry>> Changes = new()
    {
        ["points"] = e => e with { Points = e.Points + new Points(1) },
        ["kind"] = e => e with { Kind = e.Kind == EntryKind.Added ? EntryKind.Deducted : EntryKind.Expired },
        ["time"] = e => e with { EffectiveAt = e.EffectiveAt.AddTicks(1) },
        ["expiry"] = e => e with { ExpiresAt = (e.ExpiresAt ?? Noon).AddSeconds(1) },
        ["start"] = e => e with { ActiveAt = (e.ActiveAt ?? Noon).AddSeconds(1) },
        ["ledger"] = e => e with { Ledger = "other" },
        ["origin"] = e => e with { Origin = new Origin("session", "forged") },
        ["allocations"] = e => e with { Allocations = e.Allocations.Add(new Allocation("forged", new Points(1))) },
        ["balance"] = e => e with
        {
            BalanceAfter = e.BalanceAfter with
            {
                Active =
            e.BalanceAfter.Active + new Points(1)
            }
        },
        ["change"] = e => e with { ChangeId = "forged" },
        ["text"] = e => e with { TextDigest = "forged" },
        ["seq"] = e => e with { Seq = e.Seq + 1 },
    };

    // As nothing writes it: every field has a value, so that each can be changed alone.
    private static readonly LedgerEntry Full = new()
    {
        Seq = 7,
        Kind = EntryKind.Added,
        Ledger = "main",
        Points = Points.From(12.34m),
        EffectiveAt = Noon,
        RecordedAt = Noon.AddHours(1),
        Lot = "lot",
        ActiveAt = Noon.AddDays(1),
        ExpiresAt = Noon.AddDays(2),
        Origin = new Origin("session", "s"),
        Allocations = [new Allocation("lot", Points.From(3), "debt")],
        BalanceAfter = new BalanceAfter(Points.From(1), Points.From(2), Points.From(3)),
        ChangeId = "change",
        TextDigest = "digest",
        ExpiryRule = "1Y",
        Rule = "earn",
        Reverses = 3,
        Transfer = new TransferLink("transfer", "wallet", "other"),
        Grants = [new LotGrant("came", Points.From(5), new Origin("payment", "p"), Noon, Noon.AddHours(1), null)],
        Terms = [new LotTerms("longer", null, Noon.AddDays(3))],
        Standing = new Standing("Gold", Noon, Noon.AddDays(4), Points.From(6), Noon.AddDays(5)),
    };

    public static TheoryData<string> HashedFields => [.. Changes.Keys.Union(MoreChanges.Keys)];

    private static readonly Dictionary<string, Func<LedgerEntry, LedgerEntry>> MoreChanges = new()
    {
        ["lot"] = e => e with { Lot = "other" },
        ["origin"] = e => e with { Origin = e.Origin! with { Kind = "payment" } },
        ["origin's id"] = e => e with { Origin = e.Origin! with { Id = "other" } },
        ["allocation's lot"] = e => e with { Allocations = [e.Allocations[0] with { Lot = "other" }] },
        ["allocation's points"] = e => e with { Allocations = [e.Allocations[0] with { Points = new Points(1) }] },
        ["allocation's debt"] = e => e with { Allocations = [e.Allocations[0] with { Debt = "other" }] },
        ["pending"] = e => e with { BalanceAfter = e.BalanceAfter with { Pending = new Points(1) } },
        ["expiry rule"] = e => e with { ExpiryRule = "2Y" },
        ["rule"] = e => e with { Rule = null },
        ["reverses"] = e => e with { Reverses = 4 },
        ["transfer"] = e => e with { Transfer = e.Transfer! with { Id = "other" } },
        ["transfer's wallet"] = e => e with { Transfer = e.Transfer! with { Wallet = "other" } },
        ["transfer's ledger"] = e => e with { Transfer = e.Transfer! with { Ledger = "main" } },
        ["grant's lot"] = e => e with { Grants = [e.Grants![0] with { Lot = "other" }] },
        ["grant's points"] = e => e with { Grants = [e.Grants![0] with { Points = new Points(1) }] },
        ["grant's origin"] = e => e with { Grants = [e.Grants![0] with { Origin = new Origin("session", "p") }] },
        ["grant's award"] = e => e with { Grants = [e.Grants![0] with { AwardedAt = Noon.AddDays(1) }] },
        ["grant's start"] = e => e with { Grants = [e.Grants![0] with { Start = Noon }] },
        ["grant's expiry"] = e => e with { Grants = [e.Grants![0] with { Expiry = Noon }] },
        ["terms' lot"] = e => e with { Terms = [e.Terms![0] with { Lot = "other" }] },
        ["terms' start"] = e => e with { Terms = [e.Terms![0] with { Start = Noon }] },
        ["terms' expiry"] = e => e with { Terms = [e.Terms![0] with { Expiry = null }] },
        ["tier"] = e => e with { Standing = e.Standing! with { Tier = "Silver" } },
        ["tier's begin"] = e => e with { Standing = e.Standing! with { Since = null } },
        ["tier's end"] = e => e with { Standing = e.Standing! with { ExpiresAt = null } },
        ["earned"] = e => e with { Standing = e.Standing! with { Earned = new Points(1) } },
        ["period"] = e => e with { Standing = e.Standing! with { PeriodEndsAt = null } },
        ["grant's rule"] = e => e with { Grants = [e.Grants![0] with { ExpiryRule = "1D" }] },
        ["reverses in"] = e => e with { ReversesIn = "live|stars|gone" },
        ["brought"] = e => e with { Brought = new Standing("Gold", null, null, default, null) },
        ["negative"] = e => e with { BalanceAfter = e.BalanceAfter with { Negative = new Points(1) } },
    };

    [Theory]
    [MemberData(nameof(HashedFields))]
    public void Each_field_alone_changes_the_hash(string field)
    {
        var change = MoreChanges.GetValueOrDefault(field) ?? Changes[field];
        Assert.NotEqual(Chain.HashOf(Full, "before"), Chain.HashOf(change(Full), "before"));
    }

    [Fact]
    public void The_hash_covers_the_one_before_and_the_wallet_but_not_the_recording_time()
    {
        var hash = Chain.HashOf(Full, "before");
        Assert.NotEqual(hash, Chain.HashOf(Full, "another"));
        Assert.NotEqual(Chain.Seal(Full, "one", "").Hash, Chain.Seal(Full, "other", "").Hash);
        Assert.Equal(hash, Chain.HashOf(Full with { RecordedAt = Noon.AddYears(1) }, "before"));
    }

    [Fact]
    public void The_hash_is_that_of_a_text_that_anybody_can_write_down_again()
    {
        const string text = """
            [1,"before",7,"Added","main",1234,"2026-03-01T12:00:00.0000000Z",
            "lot","2026-03-02T12:00:00.0000000Z","2026-03-03T12:00:00.0000000Z","session","s",
            "lot",300,"debt",100,200,300,"change","digest","1Y","earn",3,"transfer","wallet","other",
            ["came",500,"payment","p","2026-03-01T12:00:00.0000000Z","2026-03-01T13:00:00.0000000Z",null],
            ["longer",null,"2026-03-04T12:00:00.0000000Z"],
            "Gold","2026-03-01T12:00:00.0000000Z","2026-03-05T12:00:00.0000000Z",600,"2026-03-06T12:00:00.0000000Z"]
            """;
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings(""));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), Chain.HashOf(Full, "before"));
    }

    [Fact]
    public void An_honest_chain_verifies() => Assert.Null(Wallet.Verify().FirstBad);

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_forged_entry_is_the_first_bad_one_even_when_its_hash_is_made_to_fit(int at, string what)
    {
        var forged = Changes[what](Wallet.Entries[at]);
        foreach (var entry in new[] { forged, Chain.Seal(forged, Name, at == 0 ? "" : Wallet.Entries[at - 1].Hash) })
        {
            var verified = (Wallet with { Entries = Wallet.Entries.SetItem(at, entry) }).Verify();
            Assert.InRange(verified.FirstBad?.Seq ?? 0, at + 1, at + 2);
        }
    }

    [Fact]
    public void A_dropped_or_repeated_entry_is_found()
    {
        for (var at = 0; at < Wallet.Entries.Length; at++)
        {
            Assert.NotNull((Wallet with { Entries = Wallet.Entries.RemoveAt(at) }).Verify().FirstBad);
            Assert.NotNull((Wallet with { Entries = Wallet.Entries.Insert(at, Wallet.Entries[at]) }).Verify().FirstBad);
        }
    }

    [Fact]
    public void Text_is_checked_when_it_is_there_and_missed_by_nobody_when_it_was_erased()
    {
        var text = new EntryText("Birthday of Zoë", "person:ann", null, new string('a', 64));
        var entry = LedgerRules.Add(
            Empty(), new Grant(Points.From(1), new Origin("person", "k"), "x"), Program(), new Stamp("c",
                Chain.TextDigest(text)))
            .Value.Entries[0];
        Assert.Null(FirstBad(text));
        Assert.Null(FirstBad(null));
        Assert.NotNull(FirstBad(text with { Reason = "Birthday of Max" }));
        Assert.NotNull(FirstBad(text with { By = "person:max" }));

        BadEntry? FirstBad(EntryText? beside)
        {
            var verification = new Verification(Name);
            verification.Next(entry, beside);
            return verification.FirstBad;
        }
    }
}
