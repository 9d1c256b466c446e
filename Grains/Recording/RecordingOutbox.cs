using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Recording;

/// <summary>Carries out "store this segment": until it is done, for its tracks are nowhere else.</summary>
public sealed class StoreSegmentHandler(SegmentKeeper keeper) : IOutboxHandler
{
    public string Kind => OutboxKind.StoreSegment;

    // Not among the tools' work: the next stretch of a talk comes into the store while the one before it is still being made playable.
    public string Lane => "tracks";

    public bool GivesUp => false;

    // Hours of talk are gigabytes; a try that is cut off goes on at the track where it was.
    public TimeSpan? Limit => TimeSpan.FromMinutes(4);

    public Task HandleAsync(OutboxItem item, CancellationToken ct) =>
        keeper.KeepAsync(RecordingOutbox.VisitOf(item), RecordingOutbox.Read<StoreSegment>(item), item.Attempt, ct);
}

/// <summary>Carries out "make this segment playable": any node can, for it works from the store; a cut-off try leaves the segment as it was.</summary>
public sealed class MakePlayableHandler(PlayableMaker maker) : IOutboxHandler
{
    public string Kind => OutboxKind.MakePlayable;

    public string Lane => "media";

    // A hearing of hours, on a machine that has other work.
    public TimeSpan? Limit => TimeSpan.FromMinutes(4);

    public Task HandleAsync(OutboxItem item, CancellationToken ct) => maker.MakeAsync(RecordingOutbox.VisitOf(item), RecordingOutbox.Read<MakePlayable>(item), ct);
}

/// <summary>
/// Carries out "make one MP4". The message stays until the grain has heard how it ended: a node that dies at it leaves it to the next, or to itself after its start.
/// </summary>
public sealed class ComposeRecordingHandler(RecordingExporter exporter) : IOutboxHandler
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    public string Kind => OutboxKind.ComposeRecording;

    public string Lane => "media";

    public async Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        if (await exporter.WorkAsync(RecordingOutbox.VisitOf(item), RecordingOutbox.Read<ComposeJob>(item), ct)) return;
        throw new OutboxLaterException("The film is being made.", LookEvery);
    }
}

internal static class RecordingOutbox
{
    public static GrainKey VisitOf(OutboxItem item) => GrainKey.Of(item.Tenant, item.Stream[(item.Stream.IndexOf('/') + 1)..]);

    public static T Read<T>(OutboxItem item) => JsonSerializer.Deserialize<T>(item.Payload) ?? throw new OutboxRefusedException("The payload is empty.");
}
