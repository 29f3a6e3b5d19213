using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>What the app sees of one function.</summary>
internal sealed class HostFunctionDefinition(
    string id, string name, MethodInfo method, ImmutableArray<FunctionParameter> parameters,
    IEnumerable<BindingMetadata> inputs, IEnumerable<BindingMetadata> outputs) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters => parameters;

    public override string PathToAssembly { get; } = method.DeclaringType!.Assembly.Location;

    public override string EntryPoint { get; } = $"{method.DeclaringType!.FullName}.{method.Name}";

    public override string Id => id;

    public override string Name => name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
        inputs.ToImmutableDictionary(b => b.Name);

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
        outputs.ToImmutableDictionary(b => b.Name);
}

/// <summary>One binding, named as in the real host's metadata.</summary>
internal sealed class HostBindingMetadata(string name, string type, BindingDirection direction) : BindingMetadata
{
    public override string Name { get; } = name;

    public override string Type { get; } = type;

    public override BindingDirection Direction { get; } = direction;
}
