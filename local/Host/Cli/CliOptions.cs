using System.Globalization;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>What was asked for on the command line.</summary>
internal sealed record CliOptions
{
    public const string Usage =
        """
        Runs CustomerFunctions on this machine, with Azurite and a Service Bus of its own.

        dotnet run --project local/Host [-- options]

          --urls URL                  where HTTP functions listen (default http://localhost:7071)
          --storage-connection TEXT   this storage instead of Azurite
          --in-memory                 Azurite keeps nothing on disk (default: .local/azurite)
          --azurite-ports B,Q,T       ports of its blob, queue and table services (default 10000,10001,10002)
          --service-bus-port PORT     where Service Bus listens (default: the setting ServiceBus, else 5672)
          --activity-redelivery SEC   when an activity of a killed host is run again (default 300, as in the cloud)
          --quiet                     warnings and errors only
          --help                      this text

        Settings come from local.settings.json (made from local.settings.sample.json when missing);
        environment variables of the same name stand above it.
        """;

    public string Url { get; init; } = "http://localhost:7071";

    public string? StorageConnection { get; init; }

    public bool InMemory { get; init; }

    public (int Blob, int Queue, int Table) AzuritePorts { get; init; } = (10000, 10001, 10002);

    public int? ServiceBusPort { get; init; }

    public int ActivityRedeliverySeconds { get; init; } = 300;

    public bool Quiet { get; init; }

    public bool Help { get; init; }

    /// <exception cref="LocalHostException">An option is unknown, or its value is missing or wrong.</exception>
    public static CliOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new CliOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name)) options = options.With(name, rest);
        return options;
    }

    private CliOptions With(string name, Queue<string> rest) => name switch
    {
        "--urls" => this with { Url = Address(Value(name, rest)) },
        "--storage-connection" => this with { StorageConnection = Value(name, rest) },
        "--in-memory" => this with { InMemory = true },
        "--azurite-ports" => this with { AzuritePorts = Ports(name, Value(name, rest)) },
        "--service-bus-port" => this with { ServiceBusPort = Port(name, Value(name, rest)) },
        "--activity-redelivery" => this with { ActivityRedeliverySeconds = Seconds(name, Value(name, rest)) },
        "--quiet" => this with { Quiet = true },
        "--help" or "-h" => this with { Help = true },
        _ => throw new LocalHostException($"There is no option {name}; --help lists them."),
    };

    private static string Value(string name, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new LocalHostException($"{name} needs a value.");

    private static string Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
            ? text
            : throw new LocalHostException($"--urls takes one address such as http://localhost:7071, not '{text}'.");

    private static (int Blob, int Queue, int Table) Ports(string name, string text) =>
        text.Split(',') is [var blob, var queue, var table]
            ? (Port(name, blob), Port(name, queue), Port(name, table))
            : throw new LocalHostException($"{name} takes three ports such as 10000,10001,10002, not '{text}'.");

    private static int Port(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw new LocalHostException($"{name}: '{text}' is not a port.");

    private static int Seconds(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 3600
            ? seconds
            : throw new LocalHostException($"{name}: '{text}' is not a number of seconds up to an hour.");
}
