namespace CustomerFunctions.Local.Host.Tests.Http;

public sealed class BindingTests
{
    [Fact]
    public async Task Route_and_query_values_reach_parameters_by_name()
    {
        await using var app = await TestApp.StartAsync(typeof(EchoFunctions));
        Assert.Equal("/api/hello/anna anna 3", await app.Client.GetStringAsync("/api/hello/anna?times=3"));
    }
}
