using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Balie.Bench;

/// <summary>A process with what Balie stands on and nothing of Balie: an Orleans silo of its own, and Kestrel, that are asked nothing.</summary>
internal sealed class BareSilo : IAsyncDisposable
{
    /// <summary>First of the arguments with which this program becomes one; the ports of its web server, silo and gateway follow.</summary>
    public const string Word = "bare-silo";

    private readonly Process _process;

    private BareSilo(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>Starts one and waits until its web server answers.</summary>
    /// <param name="settings">More of its environment.</param>
    public static async Task<BareSilo> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        var port = BalieProcess.FreePort();
        var start = new ProcessStartInfo("dotnet", [typeof(BareSilo).Assembly.Location, Word, $"{port}", $"{BalieProcess.FreePort()}", $"{BalieProcess.FreePort()}"]);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var silo = new BareSilo(Process.Start(start)!);
        if (await BalieProcess.AnswersAsync(silo._process, new Uri($"http://localhost:{port}/"), ct)) return silo;
        await silo.DisposeAsync();
        throw new InvalidOperationException("The bare silo did not start.");
    }

    public async ValueTask DisposeAsync() => await BalieProcess.TerminateAsync(_process);

    /// <summary>What the process does, until it is asked to stop.</summary>
    public static async Task RunAsync(int web, int silo, int gateway)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://localhost:{web}");
        builder.Logging.ClearProviders();
        builder.UseOrleans(orleans =>
        {
            orleans.UseLocalhostClustering(silo, gateway);
            orleans.Configure<EndpointOptions>(o => o.AdvertisedIPAddress = IPAddress.Loopback);
        });
        var app = builder.Build();
        app.MapGet("/", () => "");
        await app.RunAsync();
    }
}
