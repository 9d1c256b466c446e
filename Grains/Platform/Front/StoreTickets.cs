using System.Security.Cryptography;
using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;

namespace Balie.Grains.Platform.Front;

/// <summary>
/// Tickets to the internal door of a silo: sealed under a key that follows from the master key, so that any silo honours what another issued, good for
/// <see cref="Lasts"/>. They name one blob, or one dossier that a file may be handed in for.
/// </summary>
/// <param name="address">Where this silo's internal door is (http, private network).</param>
public sealed class StoreTickets(MasterKey master, string address, TimeProvider clock)
{
    private const string Purpose = "store-ticket";

    /// <summary>To begin with the bytes, not to end with them.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);

    private readonly byte[] _key = master.Derive(Purpose);

    public StorePass Issue(StoreRequest request) =>
        new(address, Sealing.Seal(JsonSerializer.Serialize(new Ticket(request, clock.GetUtcNow() + Lasts), PlatformJson.Plain), _key, Purpose));

    /// <summary>Null for what is no ticket of ours, or too old.</summary>
    public StoreRequest? Read(string? text)
    {
        if (!Sealing.IsSealed(text ?? "")) return null;
        try
        {
            var ticket = JsonSerializer.Deserialize<Ticket>(Sealing.Open(text!, _key, Purpose), PlatformJson.Plain);
            return ticket is not null && ticket.Until > clock.GetUtcNow() ? ticket.Request : null;
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException or JsonException)
        {
            // Not sealed by us: whoever sent it learns nothing more.
            return null;
        }
    }

    private sealed record Ticket(StoreRequest Request, DateTimeOffset Until);
}
