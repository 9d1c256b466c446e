namespace Balie.Api.Platform;

/// <summary>
/// Between "not ready" and the end of serving: a balancer needs a moment (<c>Balie:Cluster:Drain</c>, none by default) to send people elsewhere. What is here
/// goes on being served in it.
/// </summary>
public sealed class DrainWait(IConfiguration configuration, TimeProvider clock) : IHostedLifecycleService
{
    private readonly TimeSpan _wait = configuration.GetValue("Balie:Cluster:Drain", TimeSpan.Zero);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(_wait, clock, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
