using System.Reflection;
using CustomerFunctions.Local.Host.Functions;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Runs one function for the messages of one source: completes on success, gives back on an exception,
/// and keeps the lock meanwhile.</summary>
internal sealed partial class ServiceBusPump(
    FunctionEntry function, ITriggerSource source, PumpOptions options, IFunctionInvoker invoker, TimeProvider time,
    ILogger logger)
{
    // A lock is renewed when half of it is left, so that one slow renewal loses nothing.
    private const int RenewalPart = 2;

    /// <summary>Handles messages until cancelled;
    /// invocations that run are let end, or cut short by the second token.</summary>
    public Task RunAsync(CancellationToken stop, CancellationToken abort) =>
        source.RunAsync(options.CallsMax, message => HandleAsync(message, abort), stop);

    private async Task HandleAsync(TriggerMessage message, CancellationToken cancel)
    {
        try
        {
            using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var renewal = RenewAsync(message, settled.Token);
            var succeeded = await InvokeAsync(message, cancel);
            await settled.CancelAsync();
            await renewal;
            var kept = await (succeeded ? message.CompleteAsync() : message.AbandonAsync());
            if (!kept) Log.LockLost(logger, function.Name, message.LockToken);
        }
        catch (Exception fault)
        {
            // The lock lapses and the message comes again.
            Log.NotSettled(logger, fault, function.Name);
        }
    }

    private async Task<bool> InvokeAsync(TriggerMessage message, CancellationToken cancel)
    {
        try
        {
            KillPoints.Reach("message-dispatched");
            var data = TriggerBindingData.From(message);
            await invoker.InvokeAsync(
                new Invocation(function, Value(function.TriggerParameter, message), data), cancel);
            return true;
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault, function.Name);
            return false;
        }
    }

    private static object Value(ParameterInfo parameter, TriggerMessage message)
    {
        var body = BusPayload.Body(message.Message);
        if (parameter.ParameterType == typeof(string)) return body.ToString();
        return parameter.ParameterType == typeof(byte[]) ? body.ToArray() : body;
    }

    private async Task RenewAsync(TriggerMessage message, CancellationToken cancel)
    {
        try
        {
            var last = time.GetUtcNow() + options.RenewalMax;
            DateTimeOffset? until = message.LockedUntil;
            for (; until is not null; until = await message.RenewAsync())
            {
                var now = time.GetUtcNow();
                if (now >= last) return;
                var wait = (until.Value - now) / RenewalPart;
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancel);
                if (time.GetUtcNow() >= last) return;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Log.RenewalEnded(logger, function.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Function {Function} failed; its message comes again")]
        public static partial void Failed(ILogger logger, Exception fault, string function);

        [LoggerMessage(LogLevel.Warning, "A message of function {Function} was not settled; its lock will lapse")]
        public static partial void NotSettled(ILogger logger, Exception fault, string function);

        [LoggerMessage(LogLevel.Warning, "Function {Function} lost the lock {Token}; its message comes again")]
        public static partial void LockLost(ILogger logger, string function, Guid token);

        [LoggerMessage(LogLevel.Trace, "Function {Function} needs its lock no longer")]
        public static partial void RenewalEnded(ILogger logger, string function);
    }
}

/// <summary>How a pump works.</summary>
/// <param name="CallsMax">Invocations at a time.</param>
/// <param name="RenewalMax">How long locks are renewed.</param>
internal sealed record PumpOptions(int CallsMax, TimeSpan RenewalMax);
