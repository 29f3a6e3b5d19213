using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>What verifying a wallet finds when somebody has been at the tables.</summary>
public sealed class TamperingTests(AppUnderTest app) : WalletTests(app)
{
    private readonly Forger _forger = new(app);

    [Fact]
    public async Task A_chain_made_anew_whole_verifies_until_it_is_held_against_its_anchors()
    {
        var wallet = await NewWalletAsync(changes: 5);
        await AnchorAsync(wallet, seq: 4);
        await _forger.RewriteAsync(wallet, e => e.Seq == 2 ? e with { Points = Points.From(1_000) } : e);
        var alone = await Reader.VerifyAsync(wallet, [], None);
        Assert.Equal((5, null), (alone.Entries, alone.FirstBad));
        Assert.Equal(1_040, (await BalanceAsync(wallet)).Active.ToDecimal());
        var bad = (await Reader.VerifyAsync(wallet, None)).FirstBad;
        Assert.Equal((4, "I8"), (bad?.Seq, bad?.Rule));
        Assert.Contains("was rewritten after", bad?.Reason);
    }

    [Fact]
    public async Task Entries_cut_off_the_end_are_found_by_the_anchor()
    {
        var wallet = await NewWalletAsync(changes: 5);
        await AnchorAsync(wallet, seq: 5);
        await _forger.RewriteAsync(wallet, e => e.Seq > 3 ? null : e);
        Assert.Null((await Reader.VerifyAsync(wallet, [], None)).FirstBad);
        Assert.Equal(
            new BadEntry(4, "Entries up to 5 were anchored and are gone.", "I8"),
            (await Reader.VerifyAsync(wallet, None)).FirstBad);
        await _forger.DeleteAsync(wallet, _ => true);
        Assert.Equal(1, (await Reader.VerifyAsync(wallet, None)).FirstBad?.Seq);
    }

    [Fact]
    public async Task A_changed_byte_of_any_entry_is_found_over_HTTP_by_its_number()
    {
        var (shop, path, wallet) = await NewCustomerAsync();
        App.Clock.Advance(TimeSpan.FromDays(3));
        (await shop.PostAsync($"{path}/deductions", new { points = 2, reason = "Tea" })).Expect(201);
        foreach (var row in (await _forger.RowsAsync(wallet)).Where(r => r.RowKey.StartsWith("e|", StringComparison.Ordinal)))
        {
            var seq = long.Parse(row.RowKey.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
            var bytes = row.GetBinary("Entry");
            for (var at = (int)seq; at < bytes.Length; at += 7)
            {
                if (IsInSettlementsTime(bytes, at)) continue;
                // The second turns capitals into small letters, which readers of JSON may take for the same.
                await _forger.SpoilAsync(wallet, row.RowKey, at, at % 2 == 0 ? (byte)1 : (byte)0x20);
                var found = (await shop.GetAsync($"{path}/verify")).Expect(200).Json;
                Assert.True(!found["ok"]!.GetValue<bool>(), $"Byte {at} of {row.RowKey}");
                Assert.Equal(seq, found["firstBad"]!["seq"]!.GetValue<long>());
                await _forger.PutAsync(row);
            }
        }

        Assert.True((await shop.GetAsync($"{path}/verify")).Expect(200).Json["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Entries_of_every_kind_verify_as_they_were_written()
    {
        var (wallet, other) = (NewWallet(), NewWallet());
        await AddAsync(wallet, 1_000.5m, expiry: "1D");
        await AddAsync(wallet, 10, start: "on_action", expiry: "1M");
        var moves = App.Services.GetRequiredService<PointsTransfers>();
        Change Named() => new(App.NewName(), "");
        Assert.True((await Ledger.ActivateAsync(wallet, new Activation(2, null, "test", "\u00eb<>&\""), Named(), None)).IsOk);
        Assert.True((await Ledger.ExtendAsync(wallet, new Extension(ExpiryRule.Parse("2M")!, 2, null, "test", null), Named(), None)).IsOk);
        Assert.True((await DeductAsync(wallet, 20.25m)).IsOk);
        var spent = (await App.Services.GetRequiredService<WalletTable>().ReadAllAsync(wallet, None))[^1].Seq;
        Assert.True((await Ledger.UndoAsync(wallet, new Undoing(spent, "test", null), Named(), None)).IsOk);
        Assert.True((await moves.MoveAsync(wallet, new Transfer(Points.From(7), "main", other, "main", "test", null), Named(), None)).IsOk);
        Assert.True((await moves.MoveAsync(wallet, new Transfer(Points.From(7), "main", wallet, "gifts", "test", null), Named(), None)).IsOk);
        await DeductAsync(wallet, 900);
        var earned = new Origin("session", "s");
        Assert.True((await Ledger.TakeBackAsync(wallet, new TakeBack(Points.From(500), earned, "test"), Named(), None)).IsOk);
        await AddAsync(wallet, 600, start: "1h", expiry: "1D");
        App.Clock.Advance(TimeSpan.FromDays(4));
        await AddAsync(wallet, 1);
        var kinds = (await App.Services.GetRequiredService<WalletTable>().ReadAllAsync(wallet, None))
            .Select(e => e.Kind).Distinct();
        Assert.True(kinds.Count() >= 8, string.Join(", ", kinds));
        Assert.Null((await Reader.VerifyAsync(wallet, None)).FirstBad);
        Assert.Null((await Reader.VerifyAsync(other, None)).FirstBad);
    }

    [Theory]
    [InlineData("e|0000000002", "{}")]
    [InlineData("e|0000000002", "null")]
    [InlineData("e|0000000002", "{\"seq\":2,\"kind\":\"added\",\"ledger\":null,\"points\":1}")]
    public async Task An_entry_that_is_none_is_found(string rowKey, string document)
    {
        var wallet = await NewWalletAsync(changes: 3);
        await _forger.ChangeAsync(
            wallet, rowKey, row => row["Entry"] = System.Text.Encoding.UTF8.GetBytes(document));
        Assert.Equal(
            new BadEntry(2, "It is not as it was written.", "I8"), (await Reader.VerifyAsync(wallet, None)).FirstBad);
    }

    [Fact]
    public async Task A_change_whose_row_is_gone_spoilt_or_moved_is_found()
    {
        var wallet = await NewWalletAsync(changes: 3);
        var entry = (await App.Services.GetRequiredService<WalletTable>().ReadAllAsync(wallet, None))[1];
        var key = "c|" + Hash.Hex(entry.ChangeId!);
        var row = (await _forger.RowsAsync(wallet)).Single(r => r.RowKey == key);
        await _forger.DeleteAsync(wallet, k => k == key);
        Assert.Equal((2, "I10"), await BadAsync(wallet));
        await _forger.PutAsync(row);
        await _forger.SpoilAsync(wallet, key);
        Assert.Equal((3, "I9"), await BadAsync(wallet));
        await _forger.PutAsync(row);
        await _forger.ChangeAsync(wallet, key, r => r["Entry"] = Replace(r.GetBinary("Entry"), "\"points\":10", "\"points\":90"));
        Assert.Equal((2, "I10"), await BadAsync(wallet));
        await _forger.ChangeAsync(wallet, key, r => r["Entry"] = Replace(row.GetBinary("Entry"), "\"seq\":2", "\"seq\":9"));
        Assert.Equal((2, "I10"), await BadAsync(wallet));
        await _forger.PutAsync(row);
        Assert.Null((await Reader.VerifyAsync(wallet, None)).FirstBad);
    }

    [Theory]
    [InlineData("h", "State")]
    [InlineData("h", "Lots")]
    [InlineData("t|0000000002", "Salt")]
    public async Task What_cannot_be_read_beside_the_entries_is_found(string rowKey, string property)
    {
        var wallet = await NewWalletAsync(changes: 3);
        await _forger.ChangeAsync(wallet, rowKey, row => row[property] = 5);
        Assert.NotNull((await Reader.VerifyAsync(wallet, None)).FirstBad);
    }

    [Fact]
    public async Task An_erased_text_reads_as_erased_and_a_changed_one_as_wrong()
    {
        var (shop, path, wallet) = await NewCustomerAsync();
        await _forger.ChangeAsync(wallet, "t|0000000001", row => row["Reason"] = "Bribe");
        Assert.Equal((1, "I8"), await BadAsync(wallet));
        await Ledger.EraseTextsAsync(AppEnvironment.Live, ProfileKey.Parse(wallet.Owner), None);
        Assert.True((await shop.GetAsync($"{path}/verify")).Expect(200).Json["ok"]!.GetValue<bool>());
        var entries = (await shop.GetAsync($"{path}/entries")).Expect(200).Json["items"]!.AsArray();
        Assert.All(entries, e => Assert.Null(e!["reason"]));
    }

    [Fact]
    public async Task A_writer_beside_a_verification_is_never_taken_for_a_fault() => await FaultEnumeration.PauseAsync(
        "verify against add", App.Probe, () => NewWalletAsync(changes: 3),
        async wallet =>
        {
            Assert.Null((await Reader.VerifyAsync(wallet, None)).FirstBad);
            return true;
        },
        async wallet => (await AddAsync(wallet, 5)).IsOk,
        async wallet => Assert.Equal(4, (await Reader.VerifyAsync(wallet, None)).Entries));

    private static byte[] Replace(byte[] document, string old, string by) => System.Text.Encoding.UTF8.GetBytes(
        System.Text.Encoding.UTF8.GetString(document).Replace(old, by, StringComparison.Ordinal));

    // When a timer wrote a settlement down is not hashed, nor kept elsewhere.
    private static bool IsInSettlementsTime(byte[] document, int at)
    {
        var text = System.Text.Encoding.UTF8.GetString(document);
        var start = text.IndexOf("\"recordedAt\":\"", StringComparison.Ordinal) + "\"recordedAt\":\"".Length;
        return !text.Contains("\"changeId\"", StringComparison.Ordinal)
            && at >= start && at < text.IndexOf('"', start);
    }

    private async Task<(long?, string?)> BadAsync(WalletId wallet)
    {
        var bad = (await Reader.VerifyAsync(wallet, None)).FirstBad;
        return (bad?.Seq, bad?.Rule);
    }

    private async Task<WalletId> NewWalletAsync(int changes)
    {
        var wallet = NewWallet();
        for (var i = 0; i < changes; i++) await AddAsync(wallet, 10);
        return wallet;
    }

    private async Task AnchorAsync(WalletId wallet, int seq)
    {
        var entries = await App.Services.GetRequiredService<WalletTable>().ReadAllAsync(wallet, None);
        var head = new ChainAnchor(seq, entries[seq - 1].Hash, App.Clock.GetUtcNow());
        await App.Services.GetRequiredService<ChainAnchors>().AppendAsync(
            wallet.Environment, wallet.Program, ChainAnchors.ShardOf(wallet), [(wallet, head)], head.At, None);
    }

    private async Task<(ApiClient Shop, string Path, WalletId Wallet)> NewCustomerAsync()
    {
        var shop = await App.NewApplicationAsync();
        var id = App.NewName("customer");
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Zoë" })).Expect(201);
        var path = $"programs/stars/profiles/{id}";
        (await shop.PostAsync($"{path}/points", new { points = 10, reason = "Hello" })).Expect(201);
        (await shop.PostAsync($"{path}/points", new { points = 7, reason = "Bye", start = "1h", expiry = "1D" })).Expect(201);
        var owners = App.Services.GetServices<IWalletOwners>().First(o => o.Segment == "profiles");
        var owner = await owners.ResolveAsync(AppEnvironment.Live, "stars", id, None);
        return (shop, path, new WalletId(AppEnvironment.Live, "stars", owner.Value!.Key));
    }
}
