using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Balie.Api.Recording;

/// <summary>Consent, and playback for officers. A look is journalled when it is opened; its address then works for that officer for a few hours.</summary>
public static class RecordingDoor
{
    private const string LookPurpose = "recording-look";
    private static readonly TimeSpan LookLasts = TimeSpan.FromHours(4);

    public static void MapRecording(this IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/api/{tenant}/visits/{visit}/recording").WithTags("Recording").AddEndpointFilter<RetryOnceFilter>();
        room.MapPost("/ask", Ask).Access(Access.Officer).WithMetadata(new Commands()).WithName("AskConsent");
        room.MapPost("/answer", Answer).Access(Access.Visit).WithMetadata(new Commands()).WithName("AnswerConsent");
        room.MapPost("/withdraw", Withdraw).Access(Access.Visit).WithMetadata(new Commands()).WithName("WithdrawConsent");
        room.MapPost("/stop", Stop).Access(Access.Officer).WithMetadata(new Commands()).WithName("StopRecording");
        room.MapPost("/compose", Compose).Access(Access.Officer).WithMetadata(new Commands()).WithName("ComposeRecording");
        room.MapGet("/timeline", Timeline).Access(Access.Officer).WithName("GetTimeline");
        room.MapPost("/open", Open).Access(Access.Officer).WithMetadata(new Commands()).WithName("OpenRecording");
        room.MapGet("/video", Video).Access(Access.Officer).Produces<Stream>(contentType: "video/mp4").WithName("GetVideo");
    }

    private static async Task<NoContent> Ask(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Ask(new AskConsent { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Answer(string tenant, string visit, AnswerBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Answer(new AnswerConsent { CommandId = id, Yes = body.Yes, TextVersion = body.TextVersion }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Withdraw(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Withdraw(new WithdrawConsent { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Stop(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Stop(new StopRecording { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Compose(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Compose(new ComposeRecording { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static Task<RecordingTimeline> Timeline(string tenant, string visit, IGrainFactory grains, CancellationToken ct) =>
        grains.Recording(tenant, visit).Timeline(ct);

    private static async Task<RecordingAddress> Open(
        string tenant, string visit, PurposeBody body, CommandId id, IGrainFactory grains, TicketCookies tickets, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var blob = await grains.Recording(tenant, visit).Open(new OpenRecording { CommandId = id, Purpose = body.Purpose }, ct);
        var look = new Look(tenant, visit, http.Caller().Id, blob.Address, blob.PlainSha256, blob.PlainLength, clock.GetUtcNow() + LookLasts);
        return new RecordingAddress($"/api/{tenant}/visits/{visit}/recording/video?look={Uri.EscapeDataString(tickets.Seal(look, LookPurpose))}");
    }

    private static async Task<IResult> Video(
        string tenant, string visit, string look, TicketCookies tickets, [FromServices] IBlobReader blobs, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (tickets.Unseal<Look>(look, LookPurpose) is not { } opened || opened.Tenant != tenant || opened.Visit != visit || opened.Staff != http.Caller().Id)
            throw DoorErrors.Unknown();
        if (opened.Until <= clock.GetUtcNow()) throw new BalieException(BalieError.Gone("recording.look-over", "Open de opname opnieuw."));
        var content = await blobs.OpenReadAsync(tenant, visit, new BlobRef(opened.Address, opened.Sha256, opened.Length), ct);
        return Results.Stream(content, "video/mp4", enableRangeProcessing: true);
    }

    /// <summary>What stands sealed in the address of an opened recording.</summary>
    private sealed record Look(string Tenant, string Visit, string Staff, string Address, string Sha256, long Length, DateTimeOffset Until);
}

public sealed record AnswerBody
{
    public required bool Yes { get; init; }
    public required string TextVersion { get; init; }
}

public sealed record PurposeBody
{
    public string Purpose { get; init; } = "";
}

public sealed record RecordingAddress(string Url);
