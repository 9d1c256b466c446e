using System.Net;
using System.Net.Sockets;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Balie.Unit.Tests.Platform;

/// <summary>The journal before a database that takes connections and answers none.</summary>
public sealed class JournalOutageFacts
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_behind_writes_that_met_no_database_is_told_so_with_them()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var database = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={((IPEndPoint)server.LocalEndpoint).Port};Username=balie;Password=geheim;SSL Mode=Disable;GSS Encryption Mode=Disable;Timeout=60");
        var journal = new Journal(database, new JournalClock(TimeProvider.System), new OutboxSignal(), NullLogger<Journal>.Instance);
        // As many as are on their way at a time.
        var first = AppendAsync(journal);
        using var one = await server.AcceptTcpClientAsync(Ct);
        var second = AppendAsync(journal);
        using var other = await server.AcceptTcpClientAsync(Ct);
        var waiting = AppendAsync(journal);

        one.Close();
        other.Close();

        foreach (var write in new[] { first, second, waiting }) (await Should.ThrowAsync<BalieException>(write)).Error.ShouldBe(Journal.Unavailable);
        server.Pending().ShouldBeFalse("the database was not looked for once more");
        server.Stop();
        await journal.DisposeAsync();
    }

    private static Task<AppendResult> AppendAsync(Journal journal) =>
        journal.AppendAsync(new JournalWrite { Tenant = "zonnedaal", CommandId = Guid.NewGuid(), Actor = "system:test", PayloadHash = [0], At = DateTimeOffset.UnixEpoch }, Ct);
}
