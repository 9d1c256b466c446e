using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Tenancy;

/// <summary>Keeps a municipality's settings in grain state, after <see cref="SettingsCheck"/> found nothing wrong with them.</summary>
public sealed class TenantGrain([PersistentState("tenant", "settings")] IPersistentState<StoredSettings> stored, TenantRegister register) : Grain, ITenantGrain
{
    private TenantSettings? settings;

    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State.Json is { } json) settings = JsonSerializer.Deserialize<TenantSettings>(json, PlatformJson.Plain);
        return Task.CompletedTask;
    }

    public Task<TenantView> View(CancellationToken ct = default) => Task.FromResult(Known().View);

    public Task<TenantSettings> Settings(CancellationToken ct = default) => Task.FromResult(Known());

    public async Task Save(TenantSettings settings, CancellationToken ct = default)
    {
        if (settings.View.Code != Key.Tenant) throw new BalieException(TenancyErrors.OtherCode);
        var errors = SettingsCheck.Errors(settings);
        if (errors.Count > 0) throw new BalieException([.. errors]);
        stored.State = new StoredSettings { Json = JsonSerializer.Serialize(settings, PlatformJson.Plain) };
        await stored.WriteStateAsync(ct);
        this.settings = settings;
        await register.PutAsync(settings.View.Code, settings.View.Name, ct);
    }

    private TenantSettings Known() => settings ?? throw new BalieException(TenancyErrors.Unknown);
}

/// <summary>The settings as text, so that their form is ours and not the storage provider's.</summary>
[GenerateSerializer, Alias("StoredSettings")]
public sealed class StoredSettings
{
    /// <summary>JSON of <see cref="TenantSettings"/>; null before the municipality was set up.</summary>
    [Id(0)] public string? Json { get; set; }
}
