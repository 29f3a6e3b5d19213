using CustomerFunctions.Local.Host.Cli;

namespace CustomerFunctions.Local.Host.Tests.Cli;

public sealed class CliOptionsTests
{
    [Fact]
    public void Every_option_is_read()
    {
        var options = CliOptions.Parse(
        [
            "--urls", "http://localhost:8000", "--storage-connection", "S", "--in-memory",
            "--azurite-ports", "1,2,3", "--service-bus-port", "9", "--quiet",
        ]);
        Assert.Equal(
            new CliOptions
            {
                Url = "http://localhost:8000",
                StorageConnection = "S",
                InMemory = true,
                AzuritePorts = (1, 2, 3),
                ServiceBusPort = 9,
                Quiet = true,
            },
            options);
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--urls")]
    [InlineData("--urls", "ftp://localhost")]
    [InlineData("--azurite-ports", "1,2")]
    [InlineData("--service-bus-port", "65536")]
    public void What_cannot_be_understood_is_refused(params string[] arguments) =>
        Assert.Throws<LocalHostException>(() => CliOptions.Parse(arguments));

    [Theory]
    [InlineData(null, "Endpoint=sb://localhost;UseDevelopmentEmulator=true", 5672, null)]
    [InlineData(null, "Endpoint=sb://localhost:5999;UseDevelopmentEmulator=true", 5999, null)]
    [InlineData(6000, "Endpoint=sb://localhost;UseDevelopmentEmulator=true", 6000,
        "Endpoint=sb://localhost:6000;UseDevelopmentEmulator=true")]
    [InlineData(6000, "Endpoint=sb://real.servicebus.windows.net;SharedAccessKey=k", 5672, null)]
    public void The_service_bus_port_comes_from_the_option_or_the_setting(
        int? option, string setting, int port, string? changed)
    {
        var settings = new Dictionary<string, string?> { ["ServiceBus"] = setting };
        Assert.Equal(port, ServiceBusSetting.Choose(option, settings));
        Assert.Equal(changed ?? setting, settings["ServiceBus"]);
    }
}
