using Balie.Grains.Interfaces.Platform;
using Orleans.Runtime;

namespace Balie.Api.Platform.Front;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: a silo of the cluster answers, and its journal does; 503 with the reason otherwise, also while
/// it stops. The cluster is asked at most once a second, whoever asks us.
/// </summary>
public sealed class FrontHealth : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly IGrainFactory _grains;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _clock;
    private readonly OnceASecond<string?> _cluster;

    public FrontHealth(IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        (_grains, _lifetime, _clock) = (grains, lifetime, clock);
        _cluster = new OnceASecond<string?>(AskAsync, clock);
    }

    /// <summary>Null when people can be served.</summary>
    public async Task<string?> MissingAsync(CancellationToken ct) => _lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : await _cluster.AskAsync(ct);

    public void Dispose() => _cluster.Dispose();

    private async Task<string?> AskAsync()
    {
        using var limit = new CancellationTokenSource(Patience, _clock);
        try
        {
            await _grains.Front().Ready(limit.Token).WaitAsync(limit.Token);
            return null;
        }
        catch (BalieException refused)
        {
            return refused.Error.Code;
        }
        catch (Exception away) when (Refusal.IsAway(away) || limit.IsCancellationRequested)
        {
            return "the cluster does not answer";
        }
    }
}

public static class FrontHealthEndpoints
{
    /// <summary>Before everything else: an orchestrator has no cookies.</summary>
    public static void UseFrontHealth(this WebApplication app)
    {
        app.Map("/health/live", branch => branch.Run(http => http.Response.WriteAsync("live")));
        app.Map("/health/ready", branch => branch.Run(async http =>
        {
            var missing = await app.Services.GetRequiredService<FrontHealth>().MissingAsync(http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.StatusCode = missing is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync(missing ?? "ready");
        }));
    }
}
