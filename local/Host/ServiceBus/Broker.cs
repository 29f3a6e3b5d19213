using System.Diagnostics.CodeAnalysis;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>All entities of one local Service Bus over one table. Nothing is served before it is started.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly Dictionary<string, IReadOnlyList<BusEntity>> _targets = [];
    private readonly Dictionary<string, BusEntity> _sources = [];
    private readonly List<(BusPartition Store, BusEntity Live)> _partitions = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly TableClient _table;
    private readonly BlobContainerClient _blobs;
    private readonly LocalHostOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task? _ready;

    public Broker(LocalHostOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _table = new TableClient(
            options.StorageConnection, $"{options.Prefix}bus", WithQuickTries(new TableClientOptions()));
        _blobs = new BlobContainerClient(
            options.StorageConnection,
            $"{options.Prefix.ToLowerInvariant()}-bus",
            WithQuickTries(new BlobClientOptions()));
        foreach (var entity in options.ServiceBusEntities) Add(entity);
    }

    /// <summary>Begins to load and to serve, once; ends when everything stored is visible.
    /// A host that nobody sends to, and that has no Service Bus function, needs no storage.</summary>
    public Task BeginAsync()
    {
        lock (_loops) return _ready ??= Task.Run(() => LoadAsync(_stop.Token));
    }

    /// <summary>The queue, subscription or dead-letter queue at a normalised path.</summary>
    public bool TryFindSource(string path, [NotNullWhen(true)] out BusEntity? entity) =>
        _sources.TryGetValue(path, out entity);

    /// <summary>Where messages sent to a normalised path go: a queue, or a topic's subscriptions.</summary>
    public bool TryFindTargets(string path, [NotNullWhen(true)] out IReadOnlyList<BusEntity>? targets) =>
        _targets.TryGetValue(path, out targets);

    /// <summary>Stores messages in each target; ends when all are durable.</summary>
    /// <returns>The numbers that they have in the first target.</returns>
    public async Task<IReadOnlyList<long>> SendAsync(
        IReadOnlyList<BusEntity> targets, IReadOnlyList<(byte[] Payload, DateTimeOffset? ScheduledAt)> messages)
    {
        await BeginAsync();
        var sent = await Task.WhenAll(targets.Select(t => t.AddAsync(messages, _stop.Token)));
        return sent.Length == 0 ? [] : sent[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_ready is not null) await _ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        await Persistence.TryUntilDoneAsync(
            () => _table.CreateIfNotExistsAsync(cancel), _table.Name, _time, _logger, cancel);
        await Persistence.TryUntilDoneAsync(
            () => _blobs.CreateIfNotExistsAsync(cancellationToken: cancel), _table.Name, _time, _logger, cancel);
        foreach (var (store, live) in _partitions)
        {
            IReadOnlyList<(string Slot, BusMessage Message)> stored = [];
            await Persistence.TryUntilDoneAsync(
                async () => stored = await store.LoadAsync(cancel), live.Path, _time, _logger, cancel);
            live.Put(stored.Where(s => s.Slot == BusRows.Live).Select(s => s.Message));
            live.DeadLetters!.Put(stored.Where(s => s.Slot == BusRows.Dead).Select(s => s.Message));
            lock (_loops) _loops.AddRange([Loop(store.RunAsync), Loop(live.RunAsync), Loop(live.DeadLetters.RunAsync)]);
        }
    }

    private static TOptions WithQuickTries<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        // The store loop itself waits and tries again.
        options.Retry.MaxRetries = 1;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        return options;
    }

    private Task Loop(Func<CancellationToken, Task> run) => Task.Run(() => run(_stop.Token));

    private void Add(ServiceBusEntity entity)
    {
        var name = BusPaths.Normalise(entity.Name);
        _targets[name] = entity.Subscriptions is null
            ? [AddSource(name)]
            : [.. entity.Subscriptions.Select(s => AddSource(BusPaths.Subscription(name, s)))];
    }

    private BusEntity AddSource(string path)
    {
        var store = new BusPartition(path, _table, _blobs, _time, _logger);
        var dead = new BusEntity(
            path + BusPaths.DeadSuffix, new BusQueue(_options.MessageLock, null), store, null, _time, _logger);
        var live = new BusEntity(
            path, new BusQueue(_options.MessageLock, _options.MaxDeliveryCount), store, dead, _time, _logger);
        _partitions.Add((store, live));
        _sources[dead.Path] = dead;
        return _sources[path] = live;
    }
}
