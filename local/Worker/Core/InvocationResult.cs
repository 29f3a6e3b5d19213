using CustomerFunctions.Local.Worker;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>What the function returned, as middleware reads and replaces it.</summary>
    public abstract class InvocationResult<T>
    {
        public abstract T? Value { get; set; }
    }

    /// <summary>What the function returned, of any type.</summary>
    public abstract class InvocationResult : InvocationResult<object>;

    /// <summary>Gives middleware the result of an invocation.</summary>
    public static class FunctionContextBindingFeatureExtensions
    {
        public static InvocationResult GetInvocationResult(this FunctionContext context) =>
            new LiveResult(ReturnedValue.Of(context));

        private sealed class LiveResult(ReturnedValue returned) : InvocationResult
        {
            public override object? Value
            {
                get => returned.Value;
                set => returned.Value = value;
            }
        }
    }
}

namespace CustomerFunctions.Local.Worker
{
    /// <summary>Holds what a function returned, until the pipeline has ended.</summary>
    public sealed class ReturnedValue
    {
        /// <summary>Null when nothing was returned, or not yet.</summary>
        public object? Value { get; set; }

        /// <summary>The one of this invocation.</summary>
        public static ReturnedValue Of(Microsoft.Azure.Functions.Worker.FunctionContext context)
        {
            if (context.Features.Get<ReturnedValue>() is { } held) return held;
            var made = new ReturnedValue();
            context.Features.Set(made);
            return made;
        }
    }
}
