using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Balie.Grains.Tests.Platform;

public sealed class JournalFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    /// <summary>How many sessions wait for the table of events; another database's may have the same number.</summary>
    private const string Waiting = """
        select count(*) from pg_locks l join pg_database d on d.oid = l.database
        where not l.granted and l.relation = 'journal_event'::regclass and d.datname = current_database()
        """;

    private readonly JournalClock _clock = new(new FakeTimeProvider(RoomCluster.Start));
    private Journal _journal = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("create table if not exists test_seat (tenant text, seat text, primary key (tenant, seat))");
        _journal = NewJournal(database.Source);
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Fact]
    public async Task A_second_append_at_the_same_version_is_stale_and_leaves_nothing()
    {
        var stream = NewStream();
        await _journal.AppendAsync(Write(stream, 0, "een"));

        (await Should.ThrowAsync<StaleStreamException>(_journal.AppendAsync(Write(stream, 0, "te laat")))).Stream.ShouldBe(stream);
        await Should.ThrowAsync<StaleStreamException>(_journal.AppendAsync(Write(stream, 2, "te vroeg")));

        (await _journal.ReadAsync("t", stream)).Select(e => e.Payload).ShouldBe(["een"]);
    }

    [Fact]
    public async Task One_refused_write_of_a_batch_takes_no_other_with_it()
    {
        var seat = Guid.NewGuid().ToString();
        var writes = Enumerable.Range(0, 10).Select(i => i is 3 or 7 ? Write(NewStream(), 0, $"{i}").Project("insert into test_seat values ('t', $1)", seat) : Write(NewStream(), 0, $"{i}")).ToList();

        var answers = await TogetherAsync(writes);

        answers.Count(a => a.IsCompletedSuccessfully).ShouldBe(9);
        var refused = answers.Single(a => !a.IsCompletedSuccessfully);
        new[] { answers[3], answers[7] }.ShouldContain(refused, "one of the two that wanted the seat");
        refused.Exception!.InnerException.ShouldBeOfType<JournalConflictException>().Constraint.ShouldBe("test_seat_pkey");
        foreach (var (write, answer) in writes.Zip(answers))
            (await _journal.ReadAsync("t", write.Appends[0].Stream)).Count.ShouldBe(answer.IsCompletedSuccessfully ? 1 : 0);
    }

    [Fact]
    public async Task One_write_of_a_batch_that_cannot_be_sent_takes_no_other_with_it()
    {
        var writes = Enumerable.Range(0, 10).Select(i => i is 3 ? Write(NewStream(), 0, $"{i}").Project("insert into test_seat values ('t', $1)", new object()) : Write(NewStream(), 0, $"{i}")).ToList();

        var answers = await TogetherAsync(writes);

        answers.Index().Where(a => a.Item.IsFaulted).Select(a => a.Index).ShouldBe([3]);
        (await _journal.ReadAsync("t", writes[3].Appends[0].Stream)).ShouldBeEmpty();
        (await _journal.ReadAsync("t", writes[4].Appends[0].Stream)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_waits_is_shared_by_the_loops()
    {
        var writes = Enumerable.Range(0, 32).Select(i => Write(NewStream(), 0, $"{i}")).ToList();

        await Task.WhenAll(await TogetherAsync(writes));

        // The loop that is free first finds all of them, and the other one perhaps still busy with one.
        (await TogetherInDatabaseAsync(writes)).Max().ShouldBeLessThanOrEqualTo(17);
    }

    [Fact]
    public async Task A_transaction_that_is_left_open_is_not_what_the_next_user_of_the_connection_finds()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 1 }.ConnectionString);
        var seat = Guid.NewGuid().ToString();
        await using (var left = await source.OpenConnectionAsync())
        {
            await left.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("insert into test_seat values ('t', $1)", left).With(seat);
            await command.ExecuteNonQueryAsync();
        }

        await using var count = source.CreateCommand("select count(*) from test_seat where seat = $1").With(seat);
        (await count.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_write_that_carries_a_command_of_another_room_that_was_written_already_is_stale()
    {
        var (taken, stream) = (Guid.NewGuid(), NewStream());
        await _journal.AppendAsync(Write(NewStream(), 0, "een", taken));
        var write = Write(stream, 0, "twee");
        write.Appends[0] = write.Appends[0] with { Command = new PendingCommand(taken, "staff:x", [1], null) };

        (await Should.ThrowAsync<StaleStreamException>(_journal.AppendAsync(write))).Stream.ShouldBe(stream);

        (await _journal.ReadAsync("t", stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_write_that_is_tried_again_on_another_connection_is_refused_for_what_it_wants()
    {
        await using var first = await database.Source.OpenConnectionAsync();
        await using var second = await database.Source.OpenConnectionAsync();
        var seat = Guid.NewGuid().ToString();
        var write = Seat(seat);
        // Often enough that the first connection prepares the statement; the second one has never seen it.
        for (var i = 0; i < 10; i++) await TryAsync(Seat(Guid.NewGuid().ToString()), first);
        await TryAsync(Seat(seat), first);

        foreach (var connection in new[] { first, second })
            (await Should.ThrowAsync<PostgresException>(TryAsync(write, connection))).ConstraintName.ShouldBe("test_seat_pkey");

        JournalWrite Seat(string name) => Write(NewStream(), 0, "een").Project("insert into test_seat values ('t', $1)", name);

        static Task TryAsync(JournalWrite write, NpgsqlConnection connection)
        {
            var rows = new JournalRows();
            rows.Add(write, []);
            return rows.WriteAsync(connection);
        }
    }

    [Fact]
    public async Task The_same_command_twice_at_once_is_written_once_and_answered_twice()
    {
        var stream = NewStream();
        var id = Guid.NewGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _journal.AppendAsync(Write(stream, 0, "een", id))));

        answers.Count(a => a.Repeated).ShouldBe(4);
        answers.ShouldAllBe(a => a.ResultJson == "\"een\"");
        (await _journal.ReadAsync("t", stream)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_that_write_the_same_stream_never_both_win()
    {
        await using var other = NewJournal(database.Source);
        var stream = NewStream();
        var won = 0;
        for (var version = 0; version < 20; version++)
        {
            var tries = new[] { _journal, other }.Select(j => j.AppendAsync(Write(stream, version, $"{version}"))).ToList();
            await Task.WhenAll(tries.Select(t => t.ContinueWith(_ => { }, TaskScheduler.Default)));
            tries.Where(t => t.IsFaulted).ShouldAllBe(t => t.Exception!.InnerException is StaleStreamException);
            won += tries.Count(t => t.IsCompletedSuccessfully);
        }

        won.ShouldBe(20);
        (await new JournalAudit(database.Source).VerifyAsync("t")).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_cannot_be_changed_or_removed()
    {
        await _journal.AppendAsync(Write(NewStream(), 0, "een"));

        foreach (var sql in new[] { "update journal_event set payload = ''", "delete from journal_event", "truncate journal_event" })
            (await Should.ThrowAsync<PostgresException>(database.ExecuteAsync(sql))).MessageText.ShouldContain("append-only");
    }

    [Fact]
    public async Task While_the_database_does_not_answer_the_caller_is_asked_for_patience()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "/nonexistent" };
        await using var source = NpgsqlDataSource.Create(nowhere.ConnectionString);
        await using var journal = NewJournal(source);

        (await Should.ThrowAsync<BalieException>(journal.AppendAsync(Write(NewStream(), 0, "een")))).Error.Code.ShouldBe("journal.unavailable");
        (await Should.ThrowAsync<BalieException>(journal.ReadAsync("t", "x/1"))).Error.Kind.ShouldBe(ErrorKind.Unavailable);
    }

    [Fact]
    public async Task Heads_are_told_for_many_streams_at_once()
    {
        var (a, b) = (NewStream(), NewStream());
        await _journal.AppendAsync(Write(a, 0, "1"));
        await _journal.AppendAsync(Write(a, 1, "2"));
        await _journal.AppendAsync(Write(b, 0, "1"));

        (await _journal.HeadsAsync("t", [a, b, "nothing/here"])).ShouldBe(new Dictionary<string, long> { [a] = 2, [b] = 1 }, ignoreOrder: true);
    }

    /// <summary>Has the writes committed together: both loops are held up until all of them stand in the queue.</summary>
    private async Task<List<Task<AppendResult>>> TogetherAsync(IEnumerable<JournalWrite> writes)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var blocker = await database.Source.OpenConnectionAsync(ct);
        await using var hold = await blocker.BeginTransactionAsync(ct);
        await using (var command = new NpgsqlCommand("lock table journal_event in exclusive mode", blocker)) await command.ExecuteNonQueryAsync(ct);
        var first = new List<Task>();
        for (var loop = 1; loop <= 2; loop++)
        {
            first.Add(_journal.AppendAsync(Write(NewStream(), 0, "holds a loop up, so that the rest waits"), ct));
            while (await database.ScalarAsync<long>(Waiting) < loop) ct.ThrowIfCancellationRequested();
        }

        var answers = writes.Select(w => _journal.AppendAsync(w)).ToList();
        await hold.CommitAsync(ct);
        await Task.WhenAll(first);
        foreach (var answer in answers) await answer.ContinueWith(_ => { }, ct, TaskContinuationOptions.None, TaskScheduler.Default).WaitAsync(TimeSpan.FromMinutes(1), ct);
        return answers;
    }

    /// <summary>How many of the writes each transaction committed.</summary>
    private async Task<IReadOnlyList<int>> TogetherInDatabaseAsync(IEnumerable<JournalWrite> writes)
    {
        await using var command = database.Source.CreateCommand("select count(*)::int from command where command_id = any($1) group by xmin").With(writes.Select(w => w.CommandId).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new List<int>();
        while (await reader.ReadAsync()) counts.Add(reader.GetInt32(0));
        return counts;
    }

    private static string NewStream() => $"test/{Guid.NewGuid():N}";

    private Journal NewJournal(NpgsqlDataSource source) => new(source, _clock, new OutboxSignal(), NullLogger<Journal>.Instance);

    private JournalWrite Write(string stream, long expected, string payload, Guid? id = null)
    {
        var write = new JournalWrite { Tenant = "t", CommandId = id ?? Guid.NewGuid(), Actor = "staff:x", PayloadHash = [1], At = _clock.GetUtcNow(), ResultJson = $"\"{payload}\"" };
        write.Appends.Add(new PendingAppend { Stream = stream, ExpectedVersion = expected, Events = [new PendingEvent("test.happened.v1", payload)] });
        return write;
    }
}
