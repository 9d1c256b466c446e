using System.Text.Json;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Platform;

namespace Balie.Grains.Impact;

/// <summary>Takes what other rooms say about finished visits into the ledger.</summary>
public sealed class ImpactHandler(ImpactLedger ledger) : IOutboxHandler
{
    public string Kind => "impact.*";

    public Task HandleAsync(OutboxItem item, CancellationToken ct) => item.Kind switch
    {
        ImpactMessage.Done => ledger.PutAsync(item.Tenant, Read<VisitDone>(item), ct),
        ImpactMessage.Scored => ledger.ScoreAsync(item.Tenant, Read<VisitScored>(item), ct),
        _ => throw new OutboxRefusedException($"The ledger does not know {item.Kind}."),
    };

    private static T Read<T>(OutboxItem item)
        where T : class => JsonSerializer.Deserialize<T>(item.Payload, PlatformJson.Plain) ?? throw new OutboxRefusedException("The message is empty.");
}
