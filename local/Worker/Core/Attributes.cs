namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Marks a method as a function and names it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class FunctionAttribute(string name) : Attribute
    {
        public string Name { get; } = name;
    }
}

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions
{
    /// <summary>Base of every binding attribute.</summary>
    public abstract class BindingAttribute : Attribute;

    /// <summary>Base of the attributes that start a function.</summary>
    public abstract class TriggerBindingAttribute : BindingAttribute;

    /// <summary>Base of the attributes that hand something in.</summary>
    public abstract class InputBindingAttribute : BindingAttribute;

    /// <summary>Base of the attributes that send a result on.</summary>
    public abstract class OutputBindingAttribute : BindingAttribute;
}
