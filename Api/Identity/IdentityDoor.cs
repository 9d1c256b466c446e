using System.Collections.Immutable;
using Balie.Api.Calls;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Balie.Api.Identity;

/// <summary>The officer's side of the identity check; the login itself is in <see cref="CitizenLogin"/>.</summary>
public static class IdentityDoor
{
    public static void MapIdentity(this IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/api/{tenant}/visits/{visit}/identity").WithTags("Identity").Access(Access.Officer).WithMetadata(new Commands())
            .AddEndpointFilter<RetryOnceFilter>();
        room.MapPost("/request", Ask).WithName("RequestIdentity");
        room.MapPost("/decide", Decide).WithName("DecideIdentity");
        room.MapPost("/reveal", Reveal).WithName("RevealNumber");
    }

    private static async Task<NoContent> Ask(string tenant, string visit, ParticipantBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Identity(tenant, visit).Request(new RequestIdentity { CommandId = id, Participant = body.Participant }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Decide(string tenant, string visit, DecisionBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Identity(tenant, visit).Decide(
            new DecideIdentity { CommandId = id, Participant = body.Participant, Confirmed = body.Confirmed, Checks = body.Checks, Reason = body.Reason }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<RegisterNumber> Reveal(string tenant, string visit, ParticipantBody body, CommandId id, IGrainFactory grains, CancellationToken ct) =>
        new(await grains.Identity(tenant, visit).RevealNumber(new RevealNumber { CommandId = id, Participant = body.Participant }, ct));
}

public sealed record DecisionBody
{
    public required string Participant { get; init; }
    public required bool Confirmed { get; init; }
    /// <summary>Items ticked: face-matches, name-matches, purpose-stated, free-will.</summary>
    public ImmutableArray<string> Checks { get; init; } = [];
    public string Reason { get; init; } = "";
}

/// <summary>A register number in full, for staff who need it; the look is in the journal.</summary>
public sealed record RegisterNumber(string Number);
