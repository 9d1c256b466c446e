using System.Collections.Immutable;
using Balie.Grains.Interfaces.Tenancy;
using Npgsql;

namespace Balie.Grains.Tenancy;

/// <summary>
/// Which municipalities there are, beside their settings in grain state: a table of codes and names, and a copy in memory on every node
/// that a background loop keeps fresh.
/// </summary>
public sealed class TenantRegister(NpgsqlDataSource database) : ITenantDirectory
{
    private volatile Snapshot tenants = new([]);

    public IReadOnlyList<TenantName> Tenants => tenants.Names;

    /// <summary>Adds or renames a municipality.</summary>
    public async Task PutAsync(string code, string name, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("insert into municipality (code, name) values ($1, $2) on conflict (code) do update set name = excluded.name");
        command.Parameters.Add(new NpgsqlParameter { Value = code });
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        await command.ExecuteNonQueryAsync(ct);
        await RefreshAsync(ct);
    }

    public async Task RefreshAsync(CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("select code, name from municipality order by name, code");
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = ImmutableArray.CreateBuilder<TenantName>();
        while (await rows.ReadAsync(ct)) found.Add(new TenantName(rows.GetString(0), rows.GetString(1)));
        tenants = new Snapshot(found.ToImmutable());
    }

    private sealed record Snapshot(ImmutableArray<TenantName> Names);
}
