using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>Kestrel in a web application of its own, beside the app's host.</summary>
internal sealed class HttpListener(
    LocalHostOptions options, FunctionRoutes routes, HttpInvocation invocation, ILoggerFactory logs)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? _web;

    /// <summary>Where it listens, once started.</summary>
    public Uri Address { get; private set; } = new(options.Url);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _web = Build();
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new LocalHostException($"{options.Url} is taken by another program.", fault);
        }

        var features = _web.Services.GetRequiredService<IServer>().Features;
        var addresses = features.GetRequiredFeature<IServerAddressesFeature>();
        Address = new(addresses.Addresses.First());
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _web?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _web?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls(Bindable(options.Url));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(logs).AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        web.Use(next => http => invocation.BeforeRoutingAsync(http, next));
        // The real worker routes once more, by precedence; that is where the app's route values come from.
        web.UseRouting();
        web.Use(_ => invocation.RunAsync);
        ((IEndpointRouteBuilder)web).DataSources.Add(new DefaultEndpointDataSource(routes.All.Select(Endpoint)));
        return web;
    }

    private static Endpoint Endpoint(FunctionRoute route)
    {
        var endpoint = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(route.Template), 0)
        {
            DisplayName = route.Function.Name,
        };
        if (route.Methods.Length > 0) endpoint.Metadata.Add(new HttpMethodMetadata(route.Methods));
        return endpoint.Build();
    }

    // Kestrel takes no free port for the name localhost, which means two addresses.
    private static string Bindable(string url)
    {
        var address = new UriBuilder(url);
        if (address is { Port: 0, Host: "localhost" }) address.Host = IPAddress.Loopback.ToString();
        return address.Uri.GetLeftPart(UriPartial.Authority);
    }
}
