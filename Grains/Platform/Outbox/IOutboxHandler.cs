namespace Balie.Grains.Platform;

/// <summary>
/// Carries out one kind of side effect. Called at least once for each message, in order per stream; it says by an exception that it must be tried again.
/// It can be called twice for one message, so it hands <see cref="OutboxItem.IdempotencyKey"/> on.
/// </summary>
public interface IOutboxHandler
{
    /// <summary>The kind it takes, or a prefix and a star: <c>mail.send</c>, <c>visit.*</c>. Every handler that fits gets the message.</summary>
    string Kind { get; }

    Task HandleAsync(OutboxItem item, CancellationToken ct);
}

/// <summary>A message on its way out; the payload is opened. <see cref="Attempt"/> counts from 1.</summary>
public sealed record OutboxItem(long Id, string Tenant, string Stream, string Kind, string Payload, string IdempotencyKey, DateTimeOffset CreatedAt, int Attempt);

/// <summary>Trying again is useless; the message goes to the dead letters at once, with the reason.</summary>
public sealed class OutboxRefusedException(string reason) : Exception(reason);

public sealed class OutboxOptions
{
    /// <summary>Messages of different streams that are carried out at the same time in this process.</summary>
    public int Workers { get; set; } = 4;

    /// <summary>Attempts before a message is dead.</summary>
    public int MostAttempts { get; set; } = 12;

    /// <summary>Wait after the first failure; doubles with each, up to <see cref="LongestWait"/>.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the outbox is looked at when nothing was announced: messages of other nodes, and those whose time comes.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Name of this node: it also carries out what is addressed to it.</summary>
    public string Node { get; set; } = "";

    /// <summary>Kinds that this node leaves to others, because it has not what they need.</summary>
    public string[] NotHere { get; set; } = [];

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(1);
}
