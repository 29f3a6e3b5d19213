using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CustomerFunctions.Local.Host.Tests.Worker;

/// <summary>Writes the members of a type, one to a line, in the notation of worker-surface.txt: no nullability of
/// references, "virtual" also for what implements an interface, defaults as they are stored.</summary>
internal static class Surface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler adds to records and delegates.
    private static readonly HashSet<string> Generated =
        ["EqualityContract", "PrintMembers", "Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$",
            "BeginInvoke", "EndInvoke", "op_Equality", "op_Inequality"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(byte)] = "byte",
    };

    public static string Head(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            _ => "class",
        };
        var name = $"{kind} {type.Namespace}.{Name(type)}";
        var plain = type.BaseType is null || type.BaseType == typeof(object) || type.IsValueType;
        return plain ? name : $"{name} : {Name(type.BaseType!)}";
    }

    public static IEnumerable<string> Members(Type type) =>
        type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}")
            : type.GetMembers(Declared).Where(IsShown).Select(Line).OfType<string>();

    private static bool IsShown(MemberInfo member)
    {
        if (Generated.Contains(member.Name)) return false;
        return member switch
        {
            ConstructorInfo c => (c.IsPublic || c.IsFamily) && !IsCopy(c) && !IsDelegate(c),
            MethodInfo m => (m.IsPublic || m.IsFamily) && (!m.IsSpecialName || m.Name == "op_Implicit"),
            PropertyInfo p => p.GetMethod is { IsPublic: true } or { IsFamily: true },
            FieldInfo f => f.IsPublic && !f.IsSpecialName,
            _ => false,
        };
    }

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static bool IsDelegate(ConstructorInfo constructor) =>
        constructor.DeclaringType!.IsSubclassOf(typeof(Delegate));

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo c => $"{(c.IsFamily ? "protected " : "")}ctor({Parameters(c)})",
        MethodInfo { Name: "op_Implicit" } m =>
            $"static implicit operator {Name(m.ReturnType)}({Parameters(m)})",
        MethodInfo m => $"{Modifier(m)}{Name(m.ReturnType)} {m.Name}{TypeParameters(m)}({Parameters(m)})",
        PropertyInfo p => $"{Modifier(p.GetMethod!)}{Name(p.PropertyType)} {p.Name} {{ get; {Setter(p)}}}",
        FieldInfo f => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}",
        _ => null,
    };

    private static string Modifier(MethodInfo method)
    {
        var access = method.IsFamily ? "protected " : "";
        if (method.IsStatic) return access + "static ";
        if (method.IsAbstract) return access + "abstract ";
        return method.IsVirtual ? access + "virtual " : access;
    }

    private static string Setter(PropertyInfo property) => property.SetMethod switch
    {
        { IsPublic: true } set when set.ReturnParameter.GetRequiredCustomModifiers()
            .Contains(typeof(IsExternalInit)) => "init; ",
        { IsPublic: true } => "set; ",
        _ => "",
    };

    private static string TypeParameters(MethodInfo method) =>
        method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>"
            : "";

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return string.Join(", ", method.GetParameters().Select((p, i) =>
            (i == 0 && isExtension ? "this " : "")
            + (p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            + $"{Name(p.ParameterType)} {p.Name}{Default(p)}"));
    }

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue) return "";
        if (parameter.DefaultValue is { } value)
            return " = " + Convert.ToString(
                parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, value) : value,
                CultureInfo.InvariantCulture);
        return parameter.ParameterType.IsValueType ? " = default" : " = null";
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } bare) return Name(bare) + "?";
        if (!type.IsGenericType) return type.Name;
        var name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
