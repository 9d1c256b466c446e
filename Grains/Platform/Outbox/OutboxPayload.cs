using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Messages may name people, so they rest sealed under the dossier's key and are opened only on their way out.</summary>
internal static class OutboxPayload
{
    public static PendingMessage Seal(PendingMessage message, byte[]? key) =>
        key is null || Sealing.IsSealed(message.Payload) ? message : message with { Payload = Sealing.Seal(message.Payload, key, Purpose(message.Kind)) };

    public static string Open(string payload, string kind, byte[] key) => Sealing.Open(payload, key, Purpose(kind));

    private static string Purpose(string kind) => $"outbox:{kind}";
}
