using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>The app's orchestrators and activities by name, and how they are called.</summary>
internal sealed class DurableFunctions(FunctionCatalog catalog, IFunctionInvoker invoker, DataConverter converter)
{
    private readonly Dictionary<string, FunctionEntry> _orchestrators = ByName(
        catalog.StartedBy<OrchestrationTriggerAttribute>().Select(f => (f.Trigger.Orchestration, f.Function)));

    private readonly Dictionary<string, FunctionEntry> _activities = ByName(
        catalog.StartedBy<ActivityTriggerAttribute>().Select(f => (f.Trigger.Activity, f.Function)));

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    /// <summary>Runs an orchestrator on the calling thread; the task ends when the orchestrator does.</summary>
    /// <param name="input">JSON, for a parameter beside the context.</param>
    public Task<object?> OrchestrateAsync(
        string name, TaskOrchestrationContext context, string? input)
    {
        var function = _orchestrators[name];
        var beside = function.Method.GetParameters().FirstOrDefault(p =>
            p != function.TriggerParameter
            && !p.IsDefined(typeof(BindingAttribute), inherit: true)
            && p.ParameterType != typeof(CancellationToken) && p.ParameterType != typeof(FunctionContext));
        var data = new Dictionary<string, object?>();
        if (beside is not null) data[beside.Name!] = converter.Deserialize(input, beside.ParameterType);
        return invoker.InvokeAsync(new(function, context, data), CancellationToken.None);
    }

    /// <summary>Runs an activity and gives back its result as JSON.</summary>
    /// <exception cref="InvalidOperationException">There is no such activity.</exception>
    public async Task<string?> ActAsync(string name, string instanceId, string? input, CancellationToken cancel)
    {
        if (!_activities.TryGetValue(name, out var function))
        {
            throw new InvalidOperationException(
                $"The function '{name}' doesn't exist, is disabled, or is not an activity function.");
        }

        // The real host loses the difference between an empty text and none.
        if (input == "\"\"") input = null;
        var parameter = function.TriggerParameter;
        var data = new Dictionary<string, object?>
        {
            ["instanceId"] = instanceId,
            [parameter.Name!] = input,
            ["data"] = input,
        };
        Fields.AddTo(data, input);
        var value = parameter.ParameterType == typeof(FunctionContext)
            ? null
            : converter.Deserialize(input, parameter.ParameterType);
        return converter.Serialize(await invoker.InvokeAsync(new(function, value, data), cancel));
    }

    private static Dictionary<string, FunctionEntry> ByName(
        IEnumerable<(string? Name, FunctionEntry Function)> found) =>
        found.ToDictionary(f => f.Name ?? f.Function.Name, f => f.Function, StringComparer.OrdinalIgnoreCase);
}
