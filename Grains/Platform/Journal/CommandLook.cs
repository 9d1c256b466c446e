using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Looks up first results. Who asks while a look is under way waits for the next one, which serves everybody who came meanwhile: a crowd that wants the
/// same thing costs a few round trips, not one each. A look begins after the question, so it sees everything that was committed before it.
/// </summary>
internal sealed class CommandLook(NpgsqlDataSource database)
{
    private readonly Lock _gate = new();
    private Round _next = new();
    private Task _running = Task.CompletedTask;

    public async Task<CommandResult?> FindAsync(string tenant, Guid commandId, CancellationToken ct)
    {
        Round round;
        lock (_gate)
        {
            round = _next;
            round.Asked.Add((tenant, commandId));
            round.Found ??= LookAfterAsync(_running);
        }

        return (await round.Found.WaitAsync(ct)).GetValueOrDefault((tenant, commandId));
    }

    private async Task<Dictionary<(string, Guid), CommandResult>> LookAfterAsync(Task running)
    {
        // Its failure was told to those who waited for it.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Round round;
        lock (_gate) (round, _running, _next) = (_next, _next.Found!, new Round());
        await using var command = database.CreateCommand(
            "select c.tenant, c.command_id, c.actor, c.payload_hash, c.result, c.at from unnest($1::text[], $2::uuid[]) as k (tenant, id) join command c on c.tenant = k.tenant and c.command_id = k.id")
            .With(round.Asked.Select(a => a.Tenant).ToArray(), round.Asked.Select(a => a.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var found = new Dictionary<(string, Guid), CommandResult>();
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetString(0), reader.GetGuid(1)), new CommandResult(
                reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return found;
    }

    private sealed class Round
    {
        public HashSet<(string Tenant, Guid Id)> Asked { get; } = [];

        public Task<Dictionary<(string, Guid), CommandResult>>? Found { get; set; }
    }
}
