using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Balie.Grains.Platform;

/// <param name="Name">Stays the same when the process comes back on its place.</param>
/// <param name="Roles">For people to read.</param>
public sealed record NodeIdentity(string Name, string Roles);

/// <summary>Writes every ten seconds that this process lives and how it fares; takes its row away when it leaves on purpose.</summary>
public sealed partial class NodeReporter(NpgsqlDataSource database, JournalClock clock, NodeIdentity node, IEnumerable<INodeFigures> sources, ILogger<NodeReporter> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var command = database.CreateCommand("delete from node_report where node = $1").With(node.Name);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is NpgsqlException or OperationCanceledException)
        {
            // Its row then says that it was lost, which an operator may check; leaving does not wait for that.
            LogNotSaid(problem);
        }
    }

    public async Task ReportAsync(CancellationToken ct = default)
    {
        var figures = sources.SelectMany(s => s.Read()).ToDictionary(f => f.Name, f => f.Value);
        await using var command = database.CreateCommand("""
            insert into node_report (node, roles, started_at, at, figures) values ($1, $2, $3, $4, $5)
            on conflict (node) do update set roles = excluded.roles, started_at = excluded.started_at, at = excluded.at, figures = excluded.figures
            """).With(node.Name, node.Roles, _startedAt, clock.GetUtcNow());
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(figures), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await ReportAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                LogNotSaid(problem);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This process could not say how it fares.")]
    private partial void LogNotSaid(Exception problem);
}
