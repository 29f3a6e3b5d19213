using System.Globalization;
using System.Text;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Imports that are paused, resumed and cancelled while they are at work, and those that wait for them.</summary>
public sealed class HeldImportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int Rows = 40;

    [Fact]
    public async Task A_paused_import_stands_still_and_ends_as_if_nothing_had_been_once_resumed()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var importId = await HeldAsync(shop);
        (await shop.PostAsync($"imports/{importId}/pause")).Expect(202);
        app.Probe.Release();
        Assert.Equal("paused", (await shop.GetAsync($"imports/{importId}")).Text("state"));
        // Somebody else's turn would have come by now; a paused import keeps its own.
        var next = await shop.UploadAsync(File("next"));
        (await shop.PostAsync($"imports/{next}/start")).Expect(202);
        var waiting = await shop.UntilAsync($"imports/{next}", i => i["waitsFor"] is not null);
        Assert.Equal((importId, "queued"), ($"{waiting["waitsFor"]!["importId"]}", $"{waiting["state"]}"));
        (await shop.PostAsync($"imports/{importId}/pause")).Expect(202);
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        Assert.Equal("paused", (await shop.GetAsync($"imports/{importId}")).Text("state"));
        (await shop.PostAsync($"imports/{importId}/resume")).Expect(202);
        (await shop.PostAsync($"imports/{importId}/resume")).Expect(202);
        Assert.Equal($"{Rows}/0/0/0/0 of {Rows}", (await shop.AwaitAsync($"imports/{importId}")).Counts());
        Assert.Equal($"{Rows}/0/0/0/0 of {Rows}", (await shop.AwaitAsync($"imports/{next}")).Counts());
        foreach (var verb in (string[])["pause", "resume", "cancel"])
            (await shop.PostAsync($"imports/{importId}/{verb}")).ExpectProblem(409, "not-running");
    }

    [Fact]
    public async Task A_cancelled_import_keeps_what_it_had_written_counts_it_and_lets_the_next_one_go()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var importId = await HeldAsync(shop);
        (await shop.PostAsync($"imports/{importId}/cancel")).Expect(202);
        app.Probe.Release();
        (await shop.PostAsync($"imports/{importId}/cancel")).Expect(202);
        var cancelled = await shop.AwaitAsync($"imports/{importId}");
        Assert.Equal("cancelled", $"{cancelled["state"]}");
        var created = (int)cancelled["progress"]!["created"]!;
        Assert.Empty(await shop.RejectedAsync(cancelled));
        (await shop.PostAsync($"imports/{importId}/start")).ExpectProblem(409, "already-started");
        (await shop.PostAsync($"imports/{importId}/resume")).ExpectProblem(409, "not-running");
        var reverted = await shop.RevertAsync(cancelled);
        Assert.Equal(created, (int)reverted["revert"]!["counts"]!["removed"]!);
        Assert.Equal("1/0/0/0/0 of 1", (await shop.ImportAsync($"name,email\nX,{app.NewName("x")}@example.com\n")).Counts());
    }

    [Fact]
    public async Task One_that_is_paused_can_be_cancelled_and_one_that_never_began_too()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var importId = await HeldAsync(shop);
        (await shop.PostAsync($"imports/{importId}/pause")).Expect(202);
        app.Probe.Release();
        (await shop.PostAsync($"imports/{importId}/cancel")).Expect(202);
        Assert.Equal("cancelled", $"{(await shop.AwaitAsync($"imports/{importId}"))["state"]}");
        var never = await shop.UploadAsync(File("never"));
        (await shop.PostAsync($"imports/{never}/pause")).ExpectProblem(409, "not-running");
        Assert.Equal("cancelled", (await shop.PostAsync($"imports/{never}/cancel")).Expect(202).Text("state"));
        (await shop.PostAsync($"imports/{never}/revert")).ExpectProblem(409, "not-ended");
        (await shop.PostAsync($"imports/{new string('0', 32)}/cancel")).ExpectProblem(404, "not-found");
        (await shop.PostAsync($"imports/{never}/cancel", new { why = "x" })).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task Files_that_overlap_and_start_at_once_go_one_after_the_other_and_the_rows_of_both_are_told()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var stem = Stem("both");
        var reached = app.Probe.PauseAt(60);
        string[] both = [await shop.UploadAsync(File(stem, 0)), await shop.UploadAsync(File(stem, Rows / 2))];
        await Task.WhenAll(both.Select(async id => (await shop.PostAsync($"imports/{id}/start")).Expect(202)));
        await reached.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var jobs = await Task.WhenAll(both.Select(id => shop.GetAsync($"imports/{id}")));
        var second = Assert.Single(jobs, job => job.Json["waitsFor"] is not null);
        var first = Assert.Single(jobs, job => job.Json["waitsFor"] is null);
        Assert.Equal(first.Text("importId"), $"{second.Json["waitsFor"]!["importId"]}");
        app.Probe.Release();
        var (one, two) = (first.Text("importId"), second.Text("importId"));
        Assert.Equal($"{Rows}/0/0/0/0 of {Rows}", (await shop.AwaitAsync($"imports/{one}")).Counts());
        Assert.Equal(
            $"{Rows / 2}/0/{Rows / 2}/0/0 of {Rows}", (await shop.AwaitAsync($"imports/{two}")).Counts());
        // The first one's file once more: each of its rows says so before, and the counts after.
        var again = await shop.UploadAsync(File(stem, 0));
        var preview = (await shop.GetAsync($"imports/{again}/preview?rows={Rows}")).Expect(200).Json;
        Assert.All(preview["items"]!.AsArray(), row => Assert.Equal("unchanged", $"{row!["change"]}"));
        Assert.Equal(Rows, preview["items"]!.AsArray().Count);
        (await shop.PostAsync($"imports/{again}/start")).Expect(202);
        Assert.Equal($"0/0/{Rows}/0/0 of {Rows}", (await shop.AwaitAsync($"imports/{again}")).Counts());
    }

    private static string Stem(string name) => $"{name}-{Guid.NewGuid():n}"[..20];

    private static byte[] File(string name) => File(Stem(name), 0);

    /// <summary>Customers of a stem from a number on: those of two files with one stem overlap.</summary>
    private static byte[] File(string stem, int from)
    {
        var text = new StringBuilder("name,email\n");
        for (var i = from; i < from + Rows; i++) text.Append(CultureInfo.InvariantCulture, $"N{i},n{i}@{stem}.com\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>An import at work, held back at one of its calls.</summary>
    private async Task<string> HeldAsync(ApiClient shop)
    {
        var importId = await shop.UploadAsync(File("held"));
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        // The reading of the file is a dozen calls or so before the rows are written.
        var reached = app.Probe.PauseAt(30);
        await reached.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return importId;
    }
}
