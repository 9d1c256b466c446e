using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Recording;

/// <summary>Carries out "store this segment".</summary>
public sealed class StoreSegmentHandler(SegmentKeeper keeper) : IOutboxHandler
{
    public string Kind => OutboxKind.StoreSegment;

    public Task HandleAsync(OutboxItem item, CancellationToken ct) =>
        keeper.KeepAsync(RecordingOutbox.VisitOf(item), RecordingOutbox.Read<StoreSegment>(item), item.Attempt, ct);
}

/// <summary>Carries out "make one MP4": puts it on the node's queue.</summary>
public sealed class ComposeRecordingHandler(RecordingExporter exporter) : IOutboxHandler
{
    public string Kind => OutboxKind.ComposeRecording;

    public Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        exporter.Enqueue(RecordingOutbox.VisitOf(item), RecordingOutbox.Read<ComposeJob>(item));
        return Task.CompletedTask;
    }
}

internal static class RecordingOutbox
{
    public static GrainKey VisitOf(OutboxItem item) => GrainKey.Of(item.Tenant, item.Stream[(item.Stream.IndexOf('/') + 1)..]);

    public static T Read<T>(OutboxItem item) => JsonSerializer.Deserialize<T>(item.Payload) ?? throw new OutboxRefusedException("The payload is empty.");
}
