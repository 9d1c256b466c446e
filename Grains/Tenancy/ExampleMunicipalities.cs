using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Tenancy;

/// <summary>A municipality to practise with, as it stands in <c>examples/*.json</c>.</summary>
public sealed record ExampleMunicipality(string About, TenantSettings Settings)
{
    /// <exception cref="JsonException">The file is not as it should be.</exception>
    public static ExampleMunicipality Read(string json) =>
        JsonSerializer.Deserialize<ExampleMunicipality>(json, PlatformJson.Plain) ?? throw new JsonException("The file is empty.");
}

/// <summary>Sets the example municipalities up when the silo starts, unless they are there: what a municipality changed stays.</summary>
public sealed partial class ExampleMunicipalities(IGrainFactory grains, TenancyOptions options, ILogger<ExampleMunicipalities> log) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(ExampleMunicipalities), ServiceLifecycleStage.Active, SetUpAll);

    private async Task SetUpAll(CancellationToken cancellationToken)
    {
        if (!options.Examples) return;
        foreach (var file in Directory.EnumerateFiles(options.ExamplesFolder, "*.json").Order(StringComparer.Ordinal))
        {
            var example = ExampleMunicipality.Read(await File.ReadAllTextAsync(file, cancellationToken)).Settings;
            await SetUp(example, cancellationToken);
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
}
