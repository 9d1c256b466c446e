using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Platform;

namespace Balie.Grains.Signing;

/// <summary>Takes the message that a started round left, and gives up after a few tries: the officer waits with a citizen on the line.</summary>
public sealed class ReportRenderHandler(ReportRenderer renderer) : IOutboxHandler
{
    private const int MostTries = 3;
    private static readonly TimeSpan AwayWait = TimeSpan.FromSeconds(1);

    public string Kind => OutboxKind.RenderReport;

    public string Lane => "report";

    public async Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        var job = JsonSerializer.Deserialize<RenderReport>(item.Payload, PlatformJson.Plain) ?? throw new OutboxRefusedException("The message says nothing.");
        try
        {
            await renderer.RenderAsync(item.Tenant, job, lastTry: item.Attempt >= MostTries, ct);
        }
        catch (Exception away) when (Away.Is(away))
        {
            throw new OutboxLaterException("A room or the database does not answer.", AwayWait);
        }
    }
}
