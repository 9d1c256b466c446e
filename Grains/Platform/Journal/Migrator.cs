using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>The database does not fit this version of Balie: an applied migration was changed, or the database is newer.</summary>
public sealed class MigrationException(string message) : Exception(message);

/// <summary>
/// Brings the database to this version: embedded files <c>NNNN-name.sql</c> of the given assemblies, in order of number, each once, in a transaction of
/// its own, under an advisory lock so that silos that start together wait for each other.
/// </summary>
public sealed partial class Migrator(NpgsqlDataSource database, TimeProvider time, ILogger log, params Assembly[] assemblies)
{
    private const long LockId = 0x42414C4945;

    private sealed record Step(int Number, string Name, string Sql, string Checksum);

    /// <returns>The names of the migrations that were applied now.</returns>
    /// <exception cref="MigrationException">An applied migration was changed, two have one number, or the database is newer.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken ct = default)
    {
        var steps = Steps();
        await using var connection = await database.OpenConnectionAsync(ct);
        await LockAsync(connection, ct);
        try
        {
            await ExecuteAsync(connection, "create table if not exists migration (number int primary key, name text not null, checksum text not null, at timestamptz not null)", ct);
            var applied = await AppliedAsync(connection, ct);
            Check(steps, applied);
            var missing = steps.Where(s => !applied.ContainsKey(s.Number)).ToList();
            foreach (var step in missing) await ApplyAsync(connection, step, ct);
            if (missing.Count > 0) LogMigrated(string.Join(", ", missing.Select(s => s.Name)));
            return [.. missing.Select(s => s.Name)];
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockId})", CancellationToken.None);
        }
    }

    /// <summary>Who starts and waits says for whom: until it has the lock it answers nobody.</summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var attempt = new NpgsqlCommand($"select pg_try_advisory_lock({LockId})", connection))
        {
            if (await attempt.ExecuteScalarAsync(ct) is true) return;
        }

        LogWaiting(await HolderAsync(connection, ct));
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockId})", ct);
    }

    /// <summary>The server's process and where its client is; null when it has let go meanwhile.</summary>
    private static async Task<string?> HolderAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select a.pid || coalesce(' for ' || host(a.client_addr), '') from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
            and (l.classid::bigint << 32) | l.objid::bigint = {LockId}
            """, connection);
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private static void Check(IReadOnlyList<Step> steps, IReadOnlyDictionary<int, (string Name, string Checksum)> applied)
    {
        var known = steps.ToDictionary(s => s.Number);
        foreach (var (number, row) in applied)
        {
            if (!known.TryGetValue(number, out var step))
                throw new MigrationException($"The database has migration {row.Name}, which this version of Balie does not know: it is newer. Start the version that made it, or a later one.");
            if (step.Checksum != row.Checksum)
                throw new MigrationException($"Migration {step.Name} was applied with another content. An applied migration never changes: add a new one.");
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Step step, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, step.Sql, ct);
        await using var record = new NpgsqlCommand("insert into migration (number, name, checksum, at) values ($1, $2, $3, $4)", connection);
        record.Parameters.AddWithValue(step.Number);
        record.Parameters.AddWithValue(step.Name);
        record.Parameters.AddWithValue(step.Checksum);
        record.Parameters.AddWithValue(time.GetUtcNow());
        await record.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<Dictionary<int, (string Name, string Checksum)>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<int, (string, string)>();
        await using var command = new NpgsqlCommand("select number, name, checksum from migration", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        // As long as it takes: another silo may migrate for minutes, and so may this one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private List<Step> Steps()
    {
        var steps = assemblies.SelectMany(a => a.GetManifestResourceNames().Select(n => Read(a, n))).OfType<Step>().OrderBy(s => s.Number).ToList();
        foreach (var twice in steps.GroupBy(s => s.Number).Where(g => g.Count() > 1))
            throw new MigrationException($"Two migrations have number {twice.Key:0000}: {string.Join(", ", twice.Select(s => s.Name))}.");
        return steps;
    }

    private static Step? Read(Assembly assembly, string resource)
    {
        var match = FileName().Match(resource);
        if (!match.Success) return null;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new Step(int.Parse(match.Groups["number"].Value), match.Value[..^4], sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Migrated: {Migrations}")]
    private partial void LogMigrated(string migrations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another silo is bringing the database to its version (PostgreSQL process {Holder}); the start waits for it.")]
    private partial void LogWaiting(string? holder);

    [GeneratedRegex(@"(?<=^|\.)(?<number>\d{4})-[a-z0-9-]+\.sql$")]
    private static partial Regex FileName();
}
