return await CustomerFunctions.Local.Host.Cli.CommandLine.RunAsync(args);
