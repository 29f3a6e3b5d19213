using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure;
using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>An activity that is to run.</summary>
internal sealed record ActivityOrder(string InstanceId, string Execution, ActivityScheduled Activity, ETag ETag)
{
    public string RowKey => Keys.Activity(Execution, Activity.Id);
}

/// <summary>Runs activities, a few at once, each at least once: a lease on its row keeps others away while it runs,
/// and its result takes the row's place.</summary>
internal sealed partial class ActivityWorker(
    DurableStorage storage,
    DurableFunctions functions,
    Mailbox mailbox,
    Ticker ticker,
    TimeProvider time,
    LocalHostOptions options,
    ILogger<ActivityWorker> log)
{
    private readonly Channel<ActivityOrder> _orders = Channel.CreateUnbounded<ActivityOrder>();
    private readonly ConcurrentDictionary<(string, string), bool> _known = new();

    /// <summary>Takes an order, unless it is waiting or running here already.</summary>
    public void Take(ActivityOrder order)
    {
        if (_known.TryAdd((order.InstanceId, order.RowKey), true)) _orders.Writer.TryWrite(order);
    }

    /// <summary>Works until the host stops.</summary>
    public Task RunAsync(int atOnce, CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(() => WorkAsync(stopping), stopping)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        await foreach (var order in _orders.Reader.ReadAllAsync(stopping))
        {
            var settled = false;
            try
            {
                settled = await DoAsync(order, stopping);
            }
            catch (Exception fault) when (fault is RequestFailedException or AggregateException)
            {
                Log.StorageFault(log, fault, order.Activity.Name, order.InstanceId);
            }
            finally
            {
                _known.TryRemove((order.InstanceId, order.RowKey), out _);
            }

            // Storage knows better: the orchestration is read again, and with it what is left to do.
            if (!settled) mailbox.Tell(order.InstanceId, null);
        }
    }

    private async Task<bool> DoAsync(ActivityOrder order, CancellationToken stopping)
    {
        var lease = await storage.Store.LeaseAsync(order.InstanceId, order.RowKey, order.ETag, LeaseEnd(), stopping);
        if (lease is not { } tag) return false;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewing = RenewAsync(order, tag, ended.Token);
        HistoryEvent result;
        try
        {
            KillPoints.Reach("activity-started");
            result = await InvokeAsync(order, stopping);
            KillPoints.Reach("activity-finished");
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
        }

        if (stopping.IsCancellationRequested && result is TaskFailed)
        {
            // It failed because the host stops: the next host runs it at once, not after the lease.
            await storage.Store.LeaseAsync(
                order.InstanceId, order.RowKey, ETag.All, time.GetUtcNow(), CancellationToken.None);
            return true;
        }

        result = await storage.Store.Blobs.SpillAsync(order.InstanceId, result, CancellationToken.None);
        var message = new InboxMessage(Keys.Result(order.Execution, order.Activity.Id), ticker.Next(), result);
        if (!await storage.Store.AnswerAsync(order.InstanceId, order.RowKey, message, CancellationToken.None))
            return false;
        mailbox.Tell(order.InstanceId, message);
        return true;
    }

    private async Task<HistoryEvent> InvokeAsync(ActivityOrder order, CancellationToken stopping)
    {
        var activity = order.Activity;
        try
        {
            var output = await functions.ActAsync(activity.Name, order.InstanceId, activity.Input?.Text, stopping);
            if (output?.Length > Payload.TextMax)
                throw new InvalidOperationException($"The result of '{activity.Name}' is over 4 MB.");
            return new TaskCompleted(activity.Id, Payload.Of(output));
        }
        catch (Exception thrown)
        {
            // Whatever the app throws is the activity's result; the orchestrator decides what follows.
            Log.ActivityFailed(log, thrown, activity.Name, order.InstanceId);
            return new TaskFailed(activity.Id, Failure.OfActivity(thrown));
        }
    }

    private async Task RenewAsync(ActivityOrder order, ETag tag, CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(options.ActivityRedelivery / 3, time);
            while (await timer.WaitForNextTickAsync(ended))
            {
                var renewed = await storage.Store.LeaseAsync(
                    order.InstanceId, order.RowKey, tag, LeaseEnd(), ended);
                if (renewed is not { } next) return;
                tag = next;
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The activity has ended.
            return;
        }
        catch (RequestFailedException fault)
        {
            // At worst the activity runs twice, which every activity has to bear.
            Log.StorageFault(log, fault, order.Activity.Name, order.InstanceId);
        }
    }

    private DateTimeOffset LeaseEnd() => time.GetUtcNow() + options.ActivityRedelivery;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Activity {Activity} of {InstanceId} failed")]
        public static partial void ActivityFailed(ILogger log, Exception fault, string activity, string instanceId);

        [LoggerMessage(LogLevel.Error, "Storage failed around activity {Activity} of {InstanceId}")]
        public static partial void StorageFault(ILogger log, Exception fault, string activity, string instanceId);
    }
}
