using CustomerFunctions.Local.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace CustomerFunctions.Local.Host.Tests;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class StrangeTriggerAttribute : TriggerBindingAttribute;

public sealed class StrangeFunctions
{
    [Function("Strange")]
    public void Run([StrangeTrigger] string text) => Assert.NotNull(text);
}

public sealed class RepeatedFunctions
{
    [Function("Twice")]
    public void One([HttpTrigger] HttpRequest request) => Assert.NotNull(request);

    [Function("twice")]
    public void Two([HttpTrigger] HttpRequest request) => Assert.NotNull(request);
}

public sealed class OuterFunctions
{
    public sealed class Nested
    {
        [Function("InNested")]
        public void Run([HttpTrigger] HttpRequest request) => Assert.NotNull(request);
    }
}

internal sealed class HiddenFunctions
{
    [Function("InHidden")]
    public void Run([HttpTrigger] HttpRequest request) => Assert.NotNull(request);
}

public sealed class MisnamedFunctions
{
    [Function("9 lives")]
    public void Run([HttpTrigger] HttpRequest request) => Assert.NotNull(request);
}

public sealed class UntriggeredFunctions
{
    [Function("Untriggered")]
    public void Run(string text) => Assert.NotNull(text);
}

public sealed class FunctionIndexerTests
{
    [Theory]
    [InlineData(typeof(StrangeFunctions), "Function Strange uses StrangeTriggerAttribute, which the local host")]
    [InlineData(typeof(RepeatedFunctions), "Twice is used by")]
    [InlineData(typeof(OuterFunctions.Nested), "InNested", "its class is nested")]
    [InlineData(typeof(HiddenFunctions), "InHidden", "its class is not public")]
    [InlineData(typeof(MisnamedFunctions), "MisnamedFunctions.Run has no valid function name: '9 lives'")]
    [InlineData(typeof(UntriggeredFunctions), "Function Untriggered has 0 trigger attributes")]
    public void What_the_real_worker_would_not_run_is_refused_by_name(Type functions, params string[] parts)
    {
        var fault = Assert.Throws<LocalHostException>(
            () => FunctionIndexer.Index(functions.Assembly, type => type == functions));
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_function_that_is_refused_stops_the_start() =>
        await Assert.ThrowsAsync<LocalHostException>(() => TestApp.StartAsync(typeof(StrangeFunctions)));
}
