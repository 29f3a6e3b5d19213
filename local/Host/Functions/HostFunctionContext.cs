using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>One invocation in this process.</summary>
internal sealed class HostFunctionContext(
    Invocation invocation, IServiceProvider services, CancellationToken cancel) : FunctionContext
{
    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext { get; } = new NoTrace();

    public override BindingContext BindingContext { get; } = new HostBindingContext(invocation.BindingData);

    public override RetryContext RetryContext { get; } = new HostRetryContext(invocation.RetryCount);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => invocation.Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new HostFeatures();

    public override CancellationToken CancellationToken => cancel;

    public Invocation Invocation => invocation;

    private sealed class HostBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class HostRetryContext(int count) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => 0;
    }

    // Without telemetry the real worker's are empty too.
    private sealed class NoTrace : TraceContext
    {
        public override string TraceParent => "";

        public override string TraceState => "";
    }

    private sealed class HostFeatures : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance) => _features[typeof(T)] = instance!;

        [return: MaybeNull]
        public T Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
