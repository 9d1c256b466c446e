using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Platform;

public sealed class RoomFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Tenant = "zonnedaal";
    private RoomCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("create table if not exists test_title (tenant text, title text, primary key (tenant, title))");
        _cluster = await RoomCluster.StartAsync(database, silo => silo.Services.AddSingleton(new EventAssembly(typeof(LineWritten).Assembly)));
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static string NewId() => Guid.NewGuid().ToString("N");

    private INotebookGrain Book(string id) => _cluster.Grain<INotebookGrain>(Tenant, id);

    private static WriteLine Line(string text, Guid? id = null) => new() { CommandId = id ?? Guid.NewGuid(), Text = text };

    [Fact]
    public async Task The_same_command_again_gets_the_first_answer_and_changes_nothing()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var book = Book(NewId());
        var command = Line("een");

        (await book.Write(command)).ShouldBe(1);
        (await book.Write(Line("twee"))).ShouldBe(2);
        (await book.Write(command)).ShouldBe(1);

        (await book.Lines()).ShouldBe(["een", "twee"]);
    }

    [Fact]
    public async Task After_a_restart_a_repeated_command_still_gets_the_first_answer()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var book = Book(NewId());
        var command = Line("een");
        await book.Write(command);
        await book.Write(Line("twee"));
        await book.Write(Line("drie"));

        await DeactivateAllAsync();

        (await book.Write(command)).ShouldBe(1, "the book is full by now, but this was done before");
        (await book.Lines()).ShouldBe(["een", "twee", "drie"]);
    }

    [Fact]
    public async Task A_command_id_used_for_something_else_is_refused()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var book = Book(NewId());
        var command = Line("een");
        await book.Write(command);

        (await Refusal(() => book.Write(Line("anders", command.CommandId)))).Code.ShouldBe("command.reused");
        using var other = RoomCluster.As(RoomCluster.Staff(Tenant, "bart.claes"));
        (await Refusal(() => book.Write(command))).Code.ShouldBe("command.reused");
    }

    [Fact]
    public async Task A_room_that_was_overtaken_reads_what_it_missed_and_decides_again()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        var book = Book(id);
        await book.Write(Line("een"));
        await AppendBehindItsBackAsync(id, 1, "twee");

        (await book.Write(Line("drie"))).ShouldBe(3);

        (await book.Lines()).ShouldBe(["een", "twee", "drie"]);
    }

    [Fact]
    public async Task A_room_that_was_overtaken_reads_on_when_it_is_asked_to_and_tells_its_viewers()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        var book = Book(id);
        await book.Write(Line("een"));
        await AppendBehindItsBackAsync(id, 1, "twee");
        var ear = await _cluster.ListenAsync(Tenant, id);

        await book.CatchUp(1);
        (await book.Lines()).ShouldBe(["een"], "it knew that much");
        await book.CatchUp(2);

        (await book.Lines()).ShouldBe(["een", "twee"]);
        (await ear.NextAsync(update => update.Version == 2)).Room.ShouldBe("notebook");
    }

    [Fact]
    public async Task A_refusal_of_the_decision_reaches_the_caller_with_its_code()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var book = Book(NewId());
        for (var i = 0; i < 3; i++) await book.Write(Line("x"));

        (await Refusal(() => book.Write(Line("y")))).ShouldBe(NotebookGrain.Full);
    }

    [Fact]
    public async Task A_constraint_of_a_projection_refuses_the_command_and_the_state_stays()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var title = NewId();
        var (first, second) = (NewId(), NewId());
        await Book(first).Title(new GiveTitle { CommandId = Guid.NewGuid(), Title = title });

        (await Refusal(() => Book(second).Title(new GiveTitle { CommandId = Guid.NewGuid(), Title = title }))).ShouldBe(NotebookGrain.TitleTaken);

        (await _cluster.Journal.HeadsAsync(Tenant, [$"notebook/{first}", $"notebook/{second}"])).Keys.ShouldBe([$"notebook/{first}"]);
    }

    [Fact]
    public async Task Two_rooms_write_in_one_transaction()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var (here, there) = (NewId(), NewId());
        await Book(here).Write(Line("al iets"));
        var command = new WriteElsewhere { CommandId = Guid.NewGuid(), Other = there, Text = "samen" };

        (await Book(here).WriteBoth(command)).ShouldBe(2);
        (await Book(here).WriteBoth(command)).ShouldBe(2, "repeated");

        (await Book(here).Lines()).ShouldBe(["al iets", "samen"]);
        (await Book(there).Lines()).ShouldBe(["samen"]);
    }

    [Fact]
    public async Task When_the_writing_room_refuses_nothing_is_written_in_either()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var (here, there) = (NewId(), NewId());
        for (var i = 0; i < 3; i++) await Book(there).Write(Line("x"));

        (await Refusal(() => Book(here).WriteBoth(new WriteElsewhere { CommandId = Guid.NewGuid(), Other = there, Text = "samen" }))).ShouldBe(NotebookGrain.Full);

        (await Book(here).Lines()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Personal_text_stands_nowhere_in_the_database_as_it_was_said()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        await Book(id).Write(Line("Gerrit Maes, Kerkstraat"));

        foreach (var (table, column) in new[] { ("journal_event", "payload"), ("outbox", "payload"), ("command", "coalesce(result, '')") })
            (await database.ScalarAsync<long>($"select count(*) from {table} where {column} like '%Gerrit%'")).ShouldBe(0, table);
        (await database.ScalarAsync<string>($"select payload from journal_event where stream = 'notebook/{id}'"))!.ShouldContain("\"text\":\"~1:");
        await DeactivateAllAsync();
        (await Book(id).Lines()).ShouldBe(["Gerrit Maes, Kerkstraat"]);
    }

    [Fact]
    public async Task An_erased_dossier_still_loads_without_its_personal_text()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        await Book(id).Write(Line("Gerrit Maes"));
        await _cluster.Services.GetRequiredService<Balie.Grains.Platform.Keys.IKeyRing>().DestroyDossierKeyAsync(Tenant, id);
        await DeactivateAllAsync();

        (await Book(id).Lines()).ShouldBe(["(erased)"]);
    }

    [Fact]
    public async Task What_is_repeated_after_its_dossier_was_erased_hears_that_and_not_that_it_is_something_else()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        var command = Line("Gerrit Maes");
        await Book(id).Write(command);
        await _cluster.Services.GetRequiredService<Balie.Grains.Platform.Keys.IKeyRing>().DestroyDossierKeyAsync(Tenant, id);

        (await Refusal(() => Book(id).Write(command))).Code.ShouldBe("dossier.erased");
        await DeactivateAllAsync();
        (await Refusal(() => Book(id).Write(command))).Code.ShouldBe("dossier.erased");
    }

    [Fact]
    public async Task Viewers_hear_the_whole_view_at_its_version()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant));
        var id = NewId();
        var ear = await _cluster.ListenAsync(Tenant, id);
        await Book(id).Write(Line("een"));

        var update = await ear.NextAsync();
        update.ShouldBe(new LiveUpdate { Room = "notebook", Version = 1, View = new NotebookView(1, 1) });
    }

    [Fact]
    public async Task The_journal_records_who_asked_without_a_name()
    {
        using var _ = RoomCluster.As(RoomCluster.Participant(Tenant, "v1", "p7"));
        await Book("v1").Write(Line("een"));

        (await _cluster.Journal.ReadAsync(Tenant, "notebook/v1")).ShouldHaveSingleItem().Actor.ShouldBe("participant:p7");
    }

    private async Task AppendBehindItsBackAsync(string id, long version, string text)
    {
        var key = await _cluster.Services.GetRequiredService<Balie.Grains.Platform.Keys.IKeyRing>().DossierKeyAsync(Tenant, id);
        var e = _cluster.Services.GetRequiredService<EventSerializer>().Serialize(new LineWritten(text, 2), key);
        var write = new JournalWrite { Tenant = Tenant, CommandId = Guid.NewGuid(), Actor = "staff:x", PayloadHash = [1], At = _cluster.Journal.Now };
        write.Appends.Add(new PendingAppend { Stream = $"notebook/{id}", ExpectedVersion = version, Events = [e] });
        await _cluster.Journal.AppendAsync(write);
    }

    private Task DeactivateAllAsync() => _cluster.Cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    private static async Task<BalieError> Refusal(Func<Task> call) => (await Should.ThrowAsync<BalieException>(call)).Error;
}
