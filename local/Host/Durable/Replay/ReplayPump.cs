namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>Runs an orchestrator's continuations one after another on the thread that owns it.
/// Whatever arrives from another thread was awaited outside of the durable context: no replay could repeat
/// it.</summary>
internal sealed class ReplayPump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Step, object? State)> _steps = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Action _strayed;
    private volatile bool _closed;

    /// <param name="strayed">Called, on whichever thread, when a step comes from outside.</param>
    public ReplayPump(Action strayed) => _strayed = strayed;

    /// <summary>True once a step came from another thread.</summary>
    public bool Strayed { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_closed || Environment.CurrentManagedThreadId != _thread)
        {
            Strayed = true;
            _strayed();
            return;
        }

        _steps.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("An orchestrator must not block on its own thread.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="first"/> and all steps that follow from it.</summary>
    public void Run(Action first)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            first();
            while (_steps.TryDequeue(out var next)) next.Step(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>From here on every step is a stray one: this execution is over.</summary>
    public void Close() => _closed = true;
}
