using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Middleware
{
    /// <summary>The rest of the pipeline, ending with the function.</summary>
    public delegate Task FunctionExecutionDelegate(FunctionContext context);

    /// <summary>A step around every invocation of every kind of trigger, replays of orchestrators included.</summary>
    public interface IFunctionsWorkerMiddleware
    {
        Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
    }
}

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>What the app configures: services and middleware.</summary>
    public interface IFunctionsWorkerApplicationBuilder
    {
        IServiceCollection Services { get; }

        IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
    }
}
