using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>Looks up first results, those of many commands at a time.</summary>
internal sealed class CommandLook
{
    private readonly NpgsqlDataSource _database;
    private readonly SharedLook<(string Tenant, Guid Id), Dictionary<(string, Guid), CommandResult>> _looks;

    public CommandLook(NpgsqlDataSource database) => (_database, _looks) = (database, new(LookAsync));

    public async Task<CommandResult?> FindAsync(string tenant, Guid commandId, CancellationToken ct) =>
        (await _looks.AskAsync((tenant, commandId), ct)).GetValueOrDefault((tenant, commandId));

    private async Task<Dictionary<(string, Guid), CommandResult>> LookAsync(IReadOnlyList<(string Tenant, Guid Id)> asked)
    {
        var once = asked.Distinct().ToList();
        await using var connection = await _database.MeetAsync();
        await using var command = new NpgsqlCommand(
            "select c.tenant, c.command_id, c.actor, c.payload_hash, c.result, c.at from unnest($1::text[], $2::uuid[]) as k (tenant, id) join command c on c.tenant = k.tenant and c.command_id = k.id", connection)
            .With(once.Select(a => a.Tenant).ToArray(), once.Select(a => a.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var found = new Dictionary<(string, Guid), CommandResult>();
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetString(0), reader.GetGuid(1)), new CommandResult(
                reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return found;
    }
}
