using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace CustomerFunctions.Tests.Harness;

/// <summary>How a storage call is made to fail.</summary>
public enum FaultKind
{
    /// <summary>The call never reaches storage.</summary>
    BeforeEffect,

    /// <summary>Storage does as it is told, and the answer is lost.</summary>
    AfterEffect,
}

/// <summary>Sits in the pipeline of every Table call of the app: counts calls, makes one fail, or holds one back.
/// </summary>
public sealed class StorageProbe : HttpPipelinePolicy
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];
    private int _at;
    private FaultKind? _fault;
    private bool _isCut;
    private TaskCompletionSource? _paused;
    private TaskCompletionSource? _released;

    /// <summary>The calls since <see cref="Count"/> or a fault was set: method and path.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock) return [.. _calls];
        }
    }

    /// <summary>True once the fault was given or the pause was reached.</summary>
    public bool WasHit { get; private set; }

    /// <summary>Counts from now on and lets everything pass.</summary>
    public void Count() => Reset(0, null);

    /// <summary>Makes the n-th call from now on fail, once.</summary>
    public void FailAt(int call, FaultKind kind) => Reset(call, kind);

    /// <summary>Lets the calls before the n-th from now on pass and none after it, as when the process is gone.</summary>
    public void CutAt(int call)
    {
        Reset(call, FaultKind.BeforeEffect);
        _isCut = true;
    }

    /// <summary>Holds the n-th call from now on back, once; the task ends when it is reached.</summary>
    public Task PauseAt(int call)
    {
        Reset(call, null);
        _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _paused.Task;
    }

    /// <summary>Lets the held call go on.</summary>
    public void Release() => _released?.TrySetResult();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessNext(message, pipeline);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var (fault, pause) = Note(message);
        if (pause is { } held)
        {
            held.Paused.TrySetResult();
            await held.Released.Task;
        }

        if (fault == FaultKind.BeforeEffect) throw Fault();
        await ProcessNextAsync(message, pipeline);
        if (fault == FaultKind.AfterEffect) throw Fault();
    }

    private static RequestFailedException Fault() =>
        new("A fault made by the test.", new IOException("made by the test"));

    private void Reset(int at, FaultKind? fault)
    {
        lock (_lock)
        {
            _released?.TrySetResult();
            _paused = _released = null;
            _calls.Clear();
            _isCut = false;
            (_at, _fault, WasHit) = (at, fault, false);
        }
    }

    private (FaultKind? Fault, (TaskCompletionSource Paused,
        TaskCompletionSource Released)? Pause) Note(HttpMessage message)
    {
        lock (_lock)
        {
            _calls.Add($"{message.Request.Method} {message.Request.Uri.ToUri().PathAndQuery}");
            if (_isCut ? _calls.Count < _at : _calls.Count != _at) return (null, null);
            WasHit = true;
            return (_fault, _paused is null ? null : (_paused, _released!));
        }
    }
}
