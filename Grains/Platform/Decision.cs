using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>What a pure decision comes to: events that happened, or a refusal. Nothing has changed yet.</summary>
public sealed record Decision
{
    /// <summary>Accepted, and nothing had to happen (the state was already so).</summary>
    public static readonly Decision Nothing = new();

    public ImmutableArray<IDomainEvent> Events { get; private init; } = [];

    public BalieError? Error { get; private init; }

    public static Decision Of(params ReadOnlySpan<IDomainEvent> events) => new() { Events = [.. events] };

    public static Decision Refuse(BalieError error) => new() { Error = error };

    public static implicit operator Decision(BalieError error) => Refuse(error);

    /// <summary>Adds the answer for the caller.</summary>
    public Decision<T> Returning<T>(T result) => new() { Events = Events, Error = Error, Result = result };
}

/// <summary>A decision with an answer. The answer is stored with the command, so a repeated command gets it again.</summary>
public sealed record Decision<T>
{
    public ImmutableArray<IDomainEvent> Events { get; init; } = [];

    public BalieError? Error { get; init; }

    public T? Result { get; init; }

    public static implicit operator Decision<T>(BalieError error) => new() { Error = error };
}
