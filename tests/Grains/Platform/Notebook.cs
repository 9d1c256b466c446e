using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Grains.Tests.Platform;

/// <summary>A room made for these tests: lines written in a notebook, titles unique in the tenant by a projection's constraint.</summary>
[Alias("tests.INotebookGrain")]
public interface INotebookGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff), Alias("Write")]
    Task<int> Write(WriteLine command, CancellationToken ct = default);

    [Allow(CallerKind.Participant, CallerKind.Staff), Alias("Lines")]
    Task<ImmutableArray<string>> Lines(CancellationToken ct = default);

    [Allow(CallerKind.Staff), Alias("Title")]
    Task Title(GiveTitle command, CancellationToken ct = default);

    /// <summary>Writes a line in another notebook and one here, in the other's transaction.</summary>
    [Allow(CallerKind.Staff), Alias("WriteBoth")]
    Task<int> WriteBoth(WriteElsewhere command, CancellationToken ct = default);

    [Allow(CallerKind.Staff), Alias("WriteFor")]
    Task WriteFor(WriteForOther command, CancellationToken ct = default);

    [Allow(CallerKind.Staff, Role = StaffRole.Manager), Alias("Burn")]
    Task Burn(CancellationToken ct = default);

    /// <summary>Says nothing about who may call it.</summary>
    [Alias("Forgotten")]
    Task Forgotten(CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("tests.WriteLine")]
public sealed record WriteLine : Command
{
    [Id(0)] public required string Text { get; init; }
}

[GenerateSerializer, Immutable, Alias("tests.GiveTitle")]
public sealed record GiveTitle : Command
{
    [Id(0)] public required string Title { get; init; }
}

[GenerateSerializer, Immutable, Alias("tests.WriteElsewhere")]
public sealed record WriteElsewhere : Command
{
    [Id(0)] public required string Other { get; init; }
    [Id(1)] public required string Text { get; init; }
}

[GenerateSerializer, Immutable, Alias("tests.WriteForOther")]
public sealed record WriteForOther : Command
{
    [Id(0)] public required string Text { get; init; }
    [Id(1)] public required PendingAppend Part { get; init; }
}

[EventName("notebook.line-written.v1")]
public sealed record LineWritten([property: Personal] string? Text, int Number) : IDomainEvent;

[EventName("notebook.titled.v1")]
public sealed record Titled(string Title) : IDomainEvent;

public sealed record Notebook(ImmutableArray<string> Lines, string Title)
{
    public static readonly Notebook Empty = new([], "");
}

[GenerateSerializer, Immutable, Alias("tests.NotebookView")]
public sealed record NotebookView([property: Id(0)] long Version, [property: Id(1)] int Count);

public sealed class NotebookGrain(RoomServices services) : RoomGrain<Notebook>(services), INotebookGrain
{
    public static readonly BalieError TitleTaken = BalieError.Conflict("notebook.title-taken", "Die titel bestaat al.");
    public static readonly BalieError Full = BalieError.Conflict("notebook.full", "Het schrift is vol.");

    protected override string Room => "notebook";

    protected override Notebook Initial => Notebook.Empty;

    public Task<int> Write(WriteLine command, CancellationToken ct = default) => Handle(command, (book, _) => Decide(book, command.Text), ct);

    public Task<ImmutableArray<string>> Lines(CancellationToken ct = default) => Task.FromResult(State.Lines);

    public Task Title(GiveTitle command, CancellationToken ct = default) => Handle(command, (_, _) => Decision.Of(new Titled(command.Title)), ct);

    public Task<int> WriteBoth(WriteElsewhere command, CancellationToken ct = default) => HandleThrough(
        command,
        (book, _) => Decide(book, command.Text),
        part => GrainFactory.GetGrain<INotebookGrain>(GrainKey.Of(Key.Tenant, command.Other).ToString())
            .WriteFor(new WriteForOther { CommandId = DerivedId.Of(command.CommandId, "other"), Text = command.Text, Part = part }, ct),
        ct);

    public Task WriteFor(WriteForOther command, CancellationToken ct = default) =>
        Handle(command, (book, _) => Decide(book, command.Text), ct, write => write.Include(command.Part));

    public Task Burn(CancellationToken ct = default) => Task.CompletedTask;

    public Task Forgotten(CancellationToken ct = default) => Task.CompletedTask;

    protected override Notebook Apply(Notebook state, IDomainEvent e, DateTimeOffset at) => e switch
    {
        LineWritten l => state with { Lines = state.Lines.Add(l.Text ?? "(erased)") },
        Titled t => state with { Title = t.Title },
        _ => state,
    };

    protected override void Project(JournalWrite write, Notebook before, Notebook after, IReadOnlyList<IDomainEvent> events)
    {
        foreach (var e in events)
        {
            if (e is Titled t) write.Project("insert into test_title (tenant, title) values ($1, $2)", write.Tenant, t.Title);
            if (e is LineWritten l) write.Send(Stream, new PendingMessage("notebook.line", $$"""{"text":"{{l.Text}}"}""", $"{Key}/{after.Lines.Length}"));
        }
    }

    protected override BalieError? Refused(JournalConflictException conflict) => conflict.Constraint == "test_title_pkey" ? TitleTaken : null;

    protected override object? LiveView(Notebook state) => new NotebookView(Version, state.Lines.Length);

    private static Decision<int> Decide(Notebook book, string text) =>
        book.Lines.Length >= 3 ? Full : Decision.Of(new LineWritten(text, book.Lines.Length + 1)).Returning(book.Lines.Length + 1);
}
