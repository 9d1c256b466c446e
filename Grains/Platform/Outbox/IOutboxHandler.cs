namespace Balie.Grains.Platform;

/// <summary>
/// Carries out one kind of side effect. Called at least once for each message, in order per stream (but see <see cref="OutboxLaterException"/>); it says by an
/// exception that it must be tried again.
/// It can be called twice for one message, so it hands <see cref="OutboxItem.IdempotencyKey"/> on.
/// </summary>
public interface IOutboxHandler
{
    /// <summary>The kind it takes, or a prefix and a star: <c>mail.send</c>, <c>visit.*</c>. Every handler that fits gets the message.</summary>
    string Kind { get; }

    /// <summary>Lanes do not wait for each other: a mail server that is slow holds up no report. Order per stream holds within a lane.</summary>
    string Lane => "rooms";

    /// <summary>False for what must never become a dead letter, because what it works on is nowhere else.</summary>
    bool GivesUp => true;

    /// <summary>How long one attempt may take; <see cref="OutboxOptions.Limit"/> when null. Under five minutes: the message stays locked in a transaction meanwhile.</summary>
    TimeSpan? Limit => null;

    Task HandleAsync(OutboxItem item, CancellationToken ct);
}

/// <summary>A message on its way out; the payload is opened. <see cref="Attempt"/> counts from 1.</summary>
public sealed record OutboxItem(long Id, string Tenant, string Stream, string Kind, string Payload, string IdempotencyKey, DateTimeOffset CreatedAt, int Attempt);

/// <summary>Trying again is useless; the message goes to the dead letters at once, with the reason.</summary>
public sealed class OutboxRefusedException(string reason) : Exception(reason);

/// <summary>
/// What it needs is not there yet, and that is no failure: it is looked at again after the wait, as often as it takes. Meanwhile the later messages of its
/// stream go before it, as with a message that is planned for later: what is waited for must not matter to them.
/// </summary>
public sealed class OutboxLaterException(string reason, TimeSpan wait) : Exception(reason)
{
    public TimeSpan Wait => wait;
}

public sealed class OutboxOptions
{
    /// <summary>
    /// Messages of different streams that are carried out at the same time in one lane of this process. Each holds a connection as long as it takes, with the
    /// message locked on it: the pool must have room for all workers of all lanes (twelve), and as many again for the rooms.
    /// </summary>
    public int Workers { get; set; } = 2;

    /// <summary>Attempts before a message is dead.</summary>
    public int MostAttempts { get; set; } = 12;

    /// <summary>Wait after the first failure; doubles with each, up to <see cref="LongestWait"/>.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the outbox is looked at when nothing was announced: messages of other nodes, and those whose time comes.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Name of this node: it also carries out what is addressed to it.</summary>
    public string Node { get; set; } = "";

    /// <summary>How long one attempt may take, for handlers that say nothing else.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a message that was carried out is remembered.</summary>
    public TimeSpan KeepDone { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long somebody may take to have a dead letter sent again.</summary>
    public TimeSpan KeepDead { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long the first result of a command is remembered: nobody tries again after that.</summary>
    public TimeSpan KeepCommands { get; set; } = TimeSpan.FromDays(30);
}
