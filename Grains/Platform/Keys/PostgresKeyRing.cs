using System.Collections.Concurrent;
using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform.Keys;

/// <summary>
/// The key ring on PostgreSQL (table data_key, 0002-keys.sql). Keys stay in memory for five minutes at most: so long another node may still read an
/// erased dossier. Backups and the database's own log keep an old wrapping for as long as they are kept.
/// </summary>
public sealed class PostgresKeyRing(NpgsqlDataSource database, MasterKey master, TimeProvider time) : IKeyRing
{
    private const string TenantScope = "tenant";
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Tenant, string Scope), (byte[] Key, DateTimeOffset Until)> _cache = new();
    private readonly byte[] _root = master.Derive("key-ring");

    public async ValueTask<byte[]> DossierKeyAsync(string tenant, string dossier, CancellationToken ct = default)
    {
        var scope = Scope(tenant, dossier);
        if (Recall(tenant, scope) is { } known) return known;
        var tenantKey = Recall(tenant, TenantScope) ?? await ReadOrMakeAsync(tenant, TenantScope, _root, ct)
            ?? throw new MasterKeyException("key.tenant-destroyed", $"The key of tenant {tenant} was destroyed.");
        return await ReadOrMakeAsync(tenant, scope, tenantKey, ct) ?? throw new KeyDestroyedException(tenant, dossier);
    }

    public async Task DestroyDossierKeyAsync(string tenant, string dossier, CancellationToken ct = default)
    {
        var scope = Scope(tenant, dossier);
        // A row stays behind, without a key: otherwise the next look would quietly make a new one for an erased dossier.
        await using var command = database.CreateCommand(
            "insert into data_key (tenant, scope, wrapped, created_at) values ($1, $2, '', $3) on conflict (tenant, scope) do update set wrapped = ''");
        Add(command, tenant, scope, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
        if (_cache.TryRemove((tenant, scope), out var gone)) CryptographicOperations.ZeroMemory(gone.Key);
    }

    private byte[]? Recall(string tenant, string scope)
    {
        if (!_cache.TryGetValue((tenant, scope), out var found) || found.Until <= time.GetUtcNow()) return null;
        return [.. found.Key];
    }

    /// <summary>The key of a scope; the first of several that make it at once wins, on every node. Null when it was destroyed.</summary>
    private async Task<byte[]?> ReadOrMakeAsync(string tenant, string scope, byte[] outer, CancellationToken ct)
    {
        var wrapped = await ReadAsync(tenant, scope, ct);
        if (wrapped is null)
        {
            await InsertAsync(tenant, scope, KeyWrap.Wrap(outer, RandomNumberGenerator.GetBytes(32), tenant, scope), ct);
            wrapped = await ReadAsync(tenant, scope, ct) ?? throw new InvalidOperationException($"The key {scope} of {tenant} vanished while it was made.");
        }

        if (wrapped.Length == 0) return null;
        var key = KeyWrap.Unwrap(outer, wrapped, tenant, scope);
        if (_cache.Count >= MostRemembered) _cache.Clear();
        _cache[(tenant, scope)] = ([.. key], time.GetUtcNow() + Remembered);
        return key;
    }

    private async Task<byte[]?> ReadAsync(string tenant, string scope, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select wrapped from data_key where tenant = $1 and scope = $2");
        Add(command, tenant, scope);
        return (byte[]?)await command.ExecuteScalarAsync(ct);
    }

    private async Task InsertAsync(string tenant, string scope, byte[] wrapped, CancellationToken ct)
    {
        await using var command = database.CreateCommand("insert into data_key (tenant, scope, wrapped, created_at) values ($1, $2, $3, $4) on conflict do nothing");
        Add(command, tenant, scope, wrapped, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value is DateTimeOffset at ? at.UtcDateTime : value });
    }

    private static string Scope(string tenant, string dossier)
    {
        GrainKey.Of(tenant, dossier);
        return $"dossier/{dossier}";
    }
}
