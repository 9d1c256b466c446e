using System.Collections.Concurrent;
using System.Globalization;

namespace Balie.Chaos.Clients;

/// <summary>
/// A command as its client remembers it: sent once or more under one id, answered or not. <see cref="What"/> names the kind, such as
/// <c>report</c>; <see cref="PayloadHash"/> is the hex SHA-256 of the body.
/// </summary>
public sealed class SentCommand(Guid id, string who, string what, string path, string payloadHash)
{
    public Guid Id => id;

    public string Who => who;

    public string What => what;

    public string Path => path;

    public string PayloadHash => payloadHash;

    public DateTimeOffset SentAt { get; } = DateTimeOffset.UtcNow;

    public DateTimeOffset? AnsweredAt { get; private set; }

    public int Tries { get; set; }

    /// <summary>HTTP status of the last answer; 0 while there is none.</summary>
    public int Status { get; private set; }

    /// <summary>Code of the refusal; null when it was done.</summary>
    public string? Code { get; private set; }

    public bool Acknowledged => AnsweredAt is not null && Status is >= 200 and < 300;

    /// <summary>Answered, and for good: not done.</summary>
    public bool Refused => AnsweredAt is not null && !Acknowledged;

    public void Answered(int status, string? code) => (AnsweredAt, Status, Code) = (DateTimeOffset.UtcNow, status, code);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{SentAt:HH:mm:ss.fff} {Who} {What} {Id} {PayloadHash[..8]} tries {Tries}: {(AnsweredAt is null ? "no answer" : $"{Status} {Code} after {(AnsweredAt.Value - SentAt).TotalSeconds:0.0} s")}");
}

/// <summary>A 503: the code of its first error, and how long it took.</summary>
public sealed record PutOff(DateTimeOffset At, string What, string Code, TimeSpan Took)
{
    public override string ToString() => $"{At:HH:mm:ss.fff} {What}: {Code} after {Took.TotalSeconds:0.0} s";
}

/// <summary>Everything the clients of one visit sent, in the order in which they began. Safe for many at once.</summary>
public sealed class History
{
    private readonly ConcurrentQueue<SentCommand> _commands = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentQueue<PutOff> _putOff = new();

    public IReadOnlyCollection<SentCommand> Commands => _commands;

    /// <summary>Answers that no client should ever get, such as a 500.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public SentCommand Begin(string who, string what, string path, string payloadHash)
    {
        var command = new SentCommand(Guid.NewGuid(), who, what, path, payloadHash);
        _commands.Enqueue(command);
        return command;
    }

    /// <summary>Every time somebody was asked to have patience: with which code, and how long it took to say so.</summary>
    public IReadOnlyCollection<PutOff> PutOff => _putOff;

    public void Note(PutOff putOff) => _putOff.Enqueue(putOff);

    public void Fault(string what) => _faults.Enqueue(what);
}
