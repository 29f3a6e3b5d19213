using Amqp;
using CustomerFunctions.Local.Host.Functions;
using CustomerFunctions.Local.Host.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>What a pump does with one message, by a clock that the test moves.</summary>
public sealed class ServiceBusPumpTests : IFunctionInvoker
{
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewalMax = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TaskCompletionSource<object?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Seen<string> _seen = new();
    private int _renewals;

    public async Task<object?> InvokeAsync(Invocation invocation, CancellationToken cancel) => await _result.Task;

    [Fact]
    public async Task A_long_run_keeps_its_lock_as_long_as_host_json_says()
    {
        var running = RunAsync();
        // Half a lock at a time: ten renewals in five minutes, none after.
        for (var i = 0; i < 9; i++)
        {
            _time.Advance(LockFor / 2);
            await Until(() => _renewals > i);
        }

        for (var i = 0; i < 5; i++) _time.Advance(LockFor);
        _result.SetResult(null);
        await running;
        Assert.Equal("completed", await _seen.NextAsync());
        Assert.InRange(_renewals, 9, 10);
    }

    [Fact]
    public async Task A_message_is_completed_when_its_function_succeeds()
    {
        _result.SetResult(null);
        await RunAsync();
        Assert.Equal("completed", await _seen.NextAsync());
    }

    [Fact]
    public async Task A_message_is_given_back_when_its_function_throws()
    {
        _result.SetException(new InvalidOperationException("on purpose"));
        await RunAsync();
        Assert.Equal("given back", await _seen.NextAsync());
    }

    private static async Task Until(Func<bool> isMet)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isMet()) await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }

    private Task RunAsync()
    {
        var function = FunctionIndexer.Index(typeof(QueueFunctions).Assembly, t => t == typeof(QueueFunctions)).All[1];
        var pump = new ServiceBusPump(
            function, new OneMessage(Message()), new PumpOptions(1, RenewalMax), this, _time, NullLogger.Instance);
        return pump.RunAsync(CancellationToken.None, CancellationToken.None);
    }

    private TriggerMessage Message() => new(new Message("body"), Guid.NewGuid(), _time.GetUtcNow() + LockFor)
    {
        CompleteAsync = () => Note("completed"),
        AbandonAsync = () => Note("given back"),
        RenewAsync = () =>
        {
            Interlocked.Increment(ref _renewals);
            return Task.FromResult<DateTimeOffset?>(_time.GetUtcNow() + LockFor);
        },
    };

    private Task<bool> Note(string text)
    {
        _seen.Add(text);
        return Task.FromResult(true);
    }

    private sealed class OneMessage(TriggerMessage message) : ITriggerSource
    {
        public Task RunAsync(int callsMax, Func<TriggerMessage, Task> handle, CancellationToken cancel) =>
            handle(message);
    }
}
