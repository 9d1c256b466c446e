using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Balie.Grains.Tenancy;

/// <summary>A municipality to practise with, as it stands in <c>examples/*.json</c>.</summary>
public sealed record ExampleMunicipality(string About, TenantSettings Settings)
{
    /// <exception cref="JsonException">The file is not as it should be.</exception>
    public static ExampleMunicipality Read(string json) =>
        JsonSerializer.Deserialize<ExampleMunicipality>(json, PlatformJson.Plain) ?? throw new JsonException("The file is empty.");
}

/// <summary>Sets the example municipalities up when the silo starts, unless they are there: what a municipality changed stays.</summary>
public sealed partial class ExampleMunicipalities(IGrainFactory grains, TenancyOptions options, TimeProvider time, ILogger<ExampleMunicipalities> log) : ILifecycleParticipant<ISiloLifecycle>
{
    private const int Attempts = 10;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(ExampleMunicipalities), ServiceLifecycleStage.Active, SetUpAll);

    private async Task SetUpAll(CancellationToken cancellationToken)
    {
        if (!options.Examples) return;
        foreach (var file in Directory.EnumerateFiles(options.ExamplesFolder, "*.json").Order(StringComparer.Ordinal))
        {
            var example = ExampleMunicipality.Read(await File.ReadAllTextAsync(file, cancellationToken)).Settings;
            await SetUpOnce(example, cancellationToken);
        }
    }

    /// <summary>Another silo that starts or goes at the same moment may have the grain: that is no reason not to start.</summary>
    private async Task SetUpOnce(TenantSettings example, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SetUp(example, ct);
                return;
            }
            catch (Exception away) when (attempt < Attempts && away is OrleansException or TimeoutException)
            {
                LogAgain(away, example.View.Name);
                await Task.Delay(Wait, time, ct);
            }
        }
    }

    private async Task SetUp(TenantSettings example, CancellationToken ct)
    {
        var before = Caller.Current;
        Caller.Current = Caller.System(example.View.Code, "examples");
        try
        {
            var grain = grains.GetGrain<ITenantGrain>(GrainKey.Of(example.View.Code, "tenant").ToString());
            if (await Exists(grain, ct)) return;
            await grain.Save(example, ct);
            LogSetUp(example.View.Name);
        }
        finally
        {
            Caller.Current = before;
        }
    }

    private static async Task<bool> Exists(ITenantGrain grain, CancellationToken ct)
    {
        try
        {
            await grain.View(ct);
            return true;
        }
        catch (BalieException refusal) when (refusal.Error.Code == TenancyErrors.Unknown.Code)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Example municipality {Name} was set up.")]
    private partial void LogSetUp(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Example municipality {Name} cannot be set up yet.")]
    private partial void LogAgain(Exception away, string name);
}
