using Azure.Storage.Blobs;
using CustomerFunctions.Local.Host.Tests.Azurite;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Tests.Blobs;

public sealed class BlobProbe
{
    public Seen<string> Runs { get; } = new();

    public bool IsFailing { get; set; }
}

public sealed class TextBlobFunctions(BlobProbe probe)
{
    [Function("TextBlob")]
    public void Run(
        [BlobTrigger("%Drops%/{application}/{kind}/{file}.csv", Source = BlobTriggerSource.EventGrid)] string text,
        string application, string kind, string file, FunctionContext context)
    {
        probe.Runs.Add($"{application} {kind} {file} {text} {context.FunctionDefinition.InputBindings["text"].Type}");
        if (probe.IsFailing) throw new InvalidOperationException("on purpose");
    }
}

public sealed class TypedBlobFunctions(BlobProbe probe)
{
    [Function("BytesBlob")]
    public void Bytes([BlobTrigger("%Drops%/bytes/{name}")] byte[] bytes) => probe.Runs.Add($"bytes {bytes.Length}");

    [Function("DataBlob")]
    public void Data([BlobTrigger("%Drops%/data/{name}")] BinaryData data) => probe.Runs.Add($"data {data}");

    [Function("StreamBlob")]
    public async Task Stream([BlobTrigger("%Drops%/stream/{name}")] Stream stream)
    {
        using var reader = new StreamReader(stream);
        probe.Runs.Add($"stream {await reader.ReadToEndAsync()}");
    }

    [Function("ClientBlob")]
    public void Client([BlobTrigger("%Drops%/client/{name}")] BlobClient client, string blobTrigger, Uri uri) =>
        probe.Runs.Add($"client {client.Name} {blobTrigger.EndsWith("/client/x.bin", StringComparison.Ordinal)} "
            + $"{uri == client.Uri}");
}

public sealed class BlobTests(AzuriteFixture azurite)
{
    private readonly BlobProbe _probe = new();
    private readonly string _prefix = $"b{Guid.NewGuid():N}";

    private BlobContainerClient Drops => new(azurite.ConnectionString, _prefix);

    [Fact]
    public async Task A_blob_fires_once_for_each_version_and_its_path_binds_by_name()
    {
        await using var app = await StartAsync(typeof(TextBlobFunctions));
        await DropAsync("pos/members/may.csv", "one");
        Assert.Equal("pos members may one blobTrigger", await _probe.Runs.NextAsync());
        await DropAsync("pos/members/readme.txt", "not for us");
        await DropAsync("pos/members/may.csv", "two");
        Assert.Equal("pos members may two blobTrigger", await _probe.Runs.NextAsync());
        await DropAsync("pos/members/june.csv", "three");
        Assert.Equal("pos members june three blobTrigger", await _probe.Runs.NextAsync());
        Assert.Equal(0, _probe.Runs.Waiting);
    }

    [Fact]
    public async Task A_blob_that_was_handled_does_not_fire_after_a_restart()
    {
        await using (await StartAsync(typeof(TextBlobFunctions)))
        {
            await DropAsync("pos/members/may.csv", "one");
            await _probe.Runs.NextAsync();
            await ReceiptAsync("done");
        }

        await DropAsync("pos/members/june.csv", "while down");
        await using var again = await StartAsync(typeof(TextBlobFunctions));
        Assert.Equal("pos members june while down blobTrigger", await _probe.Runs.NextAsync());
        // The look that finds this one comes after the look that would have found the first again.
        await DropAsync("pos/members/july.csv", "later");
        Assert.Equal("pos members july later blobTrigger", await _probe.Runs.NextAsync());
    }

    [Fact]
    public async Task A_blob_that_keeps_failing_is_tried_five_times_and_recorded_as_poison()
    {
        _probe.IsFailing = true;
        await using var app = await StartAsync(typeof(TextBlobFunctions));
        await DropAsync("pos/members/may.csv", "bad");
        for (var i = 0; i < 5; i++) await _probe.Runs.NextAsync();
        var receipt = await ReceiptAsync("poison");
        Assert.Equal(5, receipt.GetInt32("Attempts"));
        Assert.Contains("on purpose", receipt.GetString("Fault"), StringComparison.Ordinal);
        _probe.IsFailing = false;
        await DropAsync("pos/members/may.csv", "mended");
        Assert.Equal("pos members may mended blobTrigger", await _probe.Runs.NextAsync());
    }

    [Theory]
    [InlineData("bytes/x.bin", "bytes 4")]
    [InlineData("data/x.bin", "data text")]
    [InlineData("stream/x.bin", "stream text")]
    [InlineData("client/x.bin", "client client/x.bin True True")]
    public async Task The_content_arrives_as_the_parameters_type(string name, string expected)
    {
        await DropAsync(name, "text");
        await using var app = await StartAsync(typeof(TypedBlobFunctions));
        Assert.Equal(expected, await _probe.Runs.NextAsync());
    }

    private Task<TestApp> StartAsync(Type functions) => TestApp.StartAsync(
        o =>
        {
            o.StorageConnection = azurite.ConnectionString;
            o.Prefix = _prefix;
            o.BlobPolling = TimeSpan.FromMilliseconds(50);
            o.Settings["Drops"] = _prefix;
            o.Configure = b => b.Services.AddSingleton(_probe);
        },
        functions);

    private async Task DropAsync(string name, string text)
    {
        await Drops.CreateIfNotExistsAsync();
        await Drops.GetBlobClient(name).UploadAsync(new BinaryData(text), overwrite: true);
    }

    private Task<Azure.Data.Tables.TableEntity> ReceiptAsync(string state) =>
        Rows.UntilAsync(azurite.ConnectionString, $"{_prefix}BlobReceipts", row => row.GetString("State") == state);
}
