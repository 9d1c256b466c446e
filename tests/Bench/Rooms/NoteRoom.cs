using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Bench;

/// <summary>The smallest room there is on the ground that every room stands on: one command, one event with personal text, one live view.</summary>
[Alias("bench.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Allow(CallerKind.Staff), Alias("Note")]
    Task Note(WriteNote command, CancellationToken ct = default);

    [Allow(CallerKind.Staff), Alias("Version")]
    Task<long> Version(CancellationToken ct = default);
}

/// <summary>What Orleans alone keeps for an activation.</summary>
[Alias("bench.IBareGrain")]
public interface IBareGrain : IGrainWithStringKey
{
    [Allow(CallerKind.Staff), Alias("Touch")]
    Task Touch(CancellationToken ct = default);
}

public sealed class BareGrain : Grain, IBareGrain
{
    public Task Touch(CancellationToken ct = default) => Task.CompletedTask;
}

[GenerateSerializer, Immutable, Alias("bench.WriteNote")]
public sealed record WriteNote : Command
{
    [Id(0)] public required string Text { get; init; }
}

[EventName("bench.noted.v1")]
public sealed record Noted([property: Personal] string? Text, int Number) : IDomainEvent;

public sealed record NoteState(int Number, string Text)
{
    public static readonly NoteState Empty = new(0, "");
}

/// <summary>What viewers get; participants see it without the first half, as rooms do that keep something for staff.</summary>
[GenerateSerializer, Immutable, Alias("bench.NoteView")]
public sealed record NoteView([property: Id(0)] long Version, [property: Id(1)] string Text, [property: Id(2)] long CommittedAt) : IRedacted<NoteView>
{
    public NoteView For(Viewer viewer) => viewer.IsStaff ? this : this with { };
}

public sealed class NoteGrain(RoomServices services) : RoomGrain<NoteState>(services), INoteGrain
{
    protected override string Room => "bench";

    protected override NoteState Initial => NoteState.Empty;

    public Task Note(WriteNote command, CancellationToken ct = default) => Handle(command, (state, _) => Decision.Of(new Noted(command.Text, state.Number + 1)), ct);

    Task<long> INoteGrain.Version(CancellationToken ct) => Task.FromResult(Version);

    protected override NoteState Apply(NoteState state, IDomainEvent e, DateTimeOffset at) => e is Noted noted ? new NoteState(noted.Number, noted.Text ?? "") : state;

    protected override object? LiveView(NoteState state) => new NoteView(Version, state.Text, System.Diagnostics.Stopwatch.GetTimestamp());
}
