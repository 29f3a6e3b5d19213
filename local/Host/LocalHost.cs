using System.Reflection;
using CustomerFunctions.Local.Host.Functions;
using CustomerFunctions.Local.Host.Http;
using CustomerFunctions.Local.Host.Timers;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host;

/// <summary>The app, started in this process and triggered by stand-ins for the cloud.</summary>
public sealed class LocalHost : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly IHost _app;
    private readonly Task _ended;

    private LocalHost(IHost app, Task ended)
    {
        _app = app;
        _ended = ended;
        Services = app.Services;
        Catalog = Services.GetRequiredService<FunctionCatalog>();
        BaseAddress = Services.GetRequiredService<HttpListener>().Address;
    }

    /// <summary>The app's services, with those of the host.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The functions that are served.</summary>
    public FunctionCatalog Catalog { get; }

    /// <summary>Where HTTP functions listen, without the route prefix.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Ends when the app has ended by itself; it carries the exception that ended it.</summary>
    public Task Ended => _ended;

    /// <summary>Runs the app's entry point on a thread of its own and waits until its host has started.</summary>
    /// <exception cref="LocalHostException">The app declares a function that cannot be served, a port is taken,
    /// or the entry point ended without running a host. Exceptions of the app come out as they are.</exception>
    public static async Task<LocalHost> StartAsync(LocalHostOptions options, CancellationToken cancel)
    {
        var composition = new Composition(options);
        var started = new TaskCompletionSource<IHost>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new WorkerHooks(composition.AddSettings, composition.AddServices, host =>
            host.Services.GetRequiredService<IHostApplicationLifetime>()
                .ApplicationStarted.Register(() => started.TrySetResult(host)));
        var ended = RunEntryPoint(options, hooks);
        await await Task.WhenAny(started.Task, ended).WaitAsync(cancel);
        return started.Task.IsCompletedSuccessfully
            ? new(await started.Task, ended)
            : throw new LocalHostException("The app's entry point ended without running its host.");
    }

    /// <summary>Fires a timer function now, after a run that is under way; its exception comes out.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="isPastDue">What the function is told.</param>
    /// <exception cref="ArgumentException">There is no such timer.</exception>
    public Task FireTimerAsync(string name, bool isPastDue = false, CancellationToken cancel = default) =>
        Services.GetRequiredService<TimerListener>().FireAsync(name, isPastDue, cancel);

    /// <summary>Stops listening, lets running invocations end, and ends the app.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended.IsCompleted) _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _ended.WaitAsync(StopLimit);
    }

    private static Task RunEntryPoint(LocalHostOptions options, WorkerHooks hooks)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            WorkerRuntime.Current = hooks;
            try
            {
                EntryPoint(options)(Arguments);
                ended.SetResult();
            }
            catch (Exception fault)
            {
                ended.SetException(fault);
            }
        })
        {
            IsBackground = true,
            Name = "app",
        };
        thread.Start();
        return ended.Task;
    }

    // Many hosts in one process would each watch appsettings.json and use up the system's file watchers.
    private static readonly string[] Arguments = ["--hostBuilder:reloadConfigOnChange=false"];

    private static Action<string[]> EntryPoint(LocalHostOptions options)
    {
        if (options.EntryPoint is { } given) return given;
        var app = Composition.App(options);
        var main = app.EntryPoint ?? throw new LocalHostException($"{app.GetName().Name} has no entry point.");
        object[] none = [];
        return arguments => main.Invoke(
            null, BindingFlags.DoNotWrapExceptions, null,
            main.GetParameters().Length == 0 ? none : [arguments], culture: null);
    }
}
