using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using CustomerFunctions.Access;
using CustomerFunctions.Local.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Harness;

/// <summary>A POST that goes through the middleware of Access to a function that the test writes, which stands in for
/// one of the app's.</summary>
public sealed class DirectInvocation(IServiceProvider services, string apiKey, string function)
{
    /// <summary>Sends the request; answers status, headers and body.</summary>
    public async Task<ApiAnswer> PostAsync(string key, string body, Func<HttpContext, IResult?> act)
    {
        using var sent = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Request.Method = "POST";
        http.Request.Path = "/api/v1/direct";
        http.Request.Headers[Callers.KeyHeader] = apiKey;
        http.Request.Headers["Idempotency-Key"] = key;
        http.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
        http.Response.Body = sent;
        var context = new Context(services, function);
        HttpProxying.Hold(context, http);
        await HttpProxying.RunAsync(context, c => services.GetRequiredService<AccessMiddleware>().Invoke(
            c, admitted => services.GetRequiredService<KeptAnswersMiddleware>().Invoke(admitted, called =>
            {
                ReturnedValue.Of(called).Value = act(http);
                return Task.CompletedTask;
            })));
        return new ApiAnswer(
            http.Response.StatusCode, sent.ToArray(),
            http.Response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private sealed class Context(IServiceProvider services, string function) : FunctionContext
    {
        public override string InvocationId => "1";

        public override string FunctionId => "1";

        public override TraceContext TraceContext => throw new NotSupportedException();

        public override BindingContext BindingContext => throw new NotSupportedException();

        public override RetryContext RetryContext => throw new NotSupportedException();

        public override IServiceProvider InstanceServices { get; set; } = services;

        public override FunctionDefinition FunctionDefinition { get; } = new Definition(function);

        public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

        public override IInvocationFeatures Features { get; } = new Held();
    }

    private sealed class Definition(string function) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters => [];

        public override string PathToAssembly => "/app.dll";

        public override string EntryPoint => function + ".Run";

        public override string Id => "1";

        public override string Name => function[(function.LastIndexOf('.') + 1)..];

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    private sealed class Held : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance) => _features[typeof(T)] = instance!;

        [return: MaybeNull]
        public T Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
