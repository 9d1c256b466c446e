using System.Collections.Immutable;
using Balie.Api.Booking;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Signing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Balie.Api.Signing;

/// <summary>The ceremony: start, stop, sign, decline.</summary>
public static class SigningDoor
{
    public static void MapSigning(this IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/api/{tenant}/visits/{visit}/signing").WithTags("Signing").WithMetadata(new Commands()).AddEndpointFilter<RetryOnceFilter>();
        room.MapPost("/start", Start).Access(Access.Officer).WithName("StartCeremony");
        room.MapPost("/stop", Stop).Access(Access.Officer).WithName("StopCeremony");
        room.MapPost("/sign", Sign).Access(Access.Visit).MaxBody(256 * 1024).WithName("SignDocument");
        room.MapPost("/decline", Decline).Access(Access.Visit).WithName("DeclineToSign");
    }

    private static async Task<NoContent> Start(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Signing(tenant, visit).Start(new StartCeremony { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Stop(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Signing(tenant, visit).Stop(new StopCeremony { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Sign(string tenant, string visit, SignatureBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Signing(tenant, visit).Sign(
            new SignDocument
            {
                CommandId = id,
                Sha256 = body.Sha256,
                Means = body.Means,
                TypedName = body.TypedName,
                Strokes = body.Strokes,
                StatementVersion = body.StatementVersion,
            },
            ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Decline(string tenant, string visit, ReasonBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Signing(tenant, visit).Decline(new DeclineToSign { CommandId = id, Reason = body.Reason }, ct);
        return TypedResults.NoContent();
    }
}

public sealed record SignatureBody
{
    /// <summary>Hex SHA-256 of the revision that was on the signer's screen.</summary>
    public required string Sha256 { get; init; }
    /// <summary>"drawn" or "typed".</summary>
    public required string Means { get; init; }
    public string? TypedName { get; init; }
    /// <summary>Polylines x0,y0,x1,y1,… in 0..1 of the signature box; drawn only; at most 5,000 numbers.</summary>
    public ImmutableArray<ImmutableArray<float>> Strokes { get; init; } = [];
    public required string StatementVersion { get; init; }
}
