using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerFunctions.Access;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>
/// Middleware runs around every trigger, replays of orchestrators included, and one that awaits anything there breaks
/// every orchestration. So each must hand on what is no HTTP request in the very call, and give back the same task.
/// </summary>
public sealed class MiddlewareTests
{
    public static TheoryData<Type> Middleware => [.. typeof(AccessArea).Assembly.GetTypes()
        .Where(t => t.IsClass && t.IsAssignableTo(typeof(IFunctionsWorkerMiddleware)))];

    [Theory]
    [MemberData(nameof(Middleware))]
    public void What_is_no_request_passes_straight_through(Type middleware) => Assert.True(PassesThrough(middleware));

    [Fact]
    public void Middleware_that_awaits_is_seen() => Assert.False(PassesThrough(typeof(Awaiting)));

    // Made without its constructor: on this way it must not need anything it is given.
    private static bool PassesThrough(Type type)
    {
        var middleware = (IFunctionsWorkerMiddleware)RuntimeHelpers.GetUninitializedObject(type);
        var context = new BareContext();
        var running = new TaskCompletionSource();
        FunctionContext? handedOn = null;
        var task = middleware.Invoke(context, c =>
        {
            handedOn = c;
            return running.Task;
        });
        return ReferenceEquals(handedOn, context) && ReferenceEquals(task, running.Task);
    }

    private sealed class Awaiting : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next) => await next(context);
    }

    private sealed class BareContext : FunctionContext
    {
        public override string InvocationId => "1";

        public override string FunctionId => "1";

        public override TraceContext TraceContext => throw new NotSupportedException();

        public override BindingContext BindingContext => throw new NotSupportedException();

        public override RetryContext RetryContext => throw new NotSupportedException();

        public override IServiceProvider InstanceServices { get; set; } = null!;

        public override FunctionDefinition FunctionDefinition { get; } = new Definition();

        public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

        public override IInvocationFeatures Features => throw new NotSupportedException();
    }

    private sealed class Definition : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters => [];

        public override string PathToAssembly => "/app.dll";

        public override string EntryPoint => "App.Orchestrate.Run";

        public override string Id => "1";

        public override string Name => "Orchestrate";

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;
    }
}
