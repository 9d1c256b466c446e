using System.Collections.Immutable;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Balie.Api.Recording;

/// <summary>Consent, and playback for officers. A look is journalled when it is opened; the addresses of its files then work for that officer for a few hours.</summary>
public static class RecordingDoor
{
    private const string LookPurpose = "recording-look";
    private const string FilmType = "video/mp4";

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
        room.MapPost("/prepare", Prepare).Access(Access.Officer).WithMetadata(new Commands()).WithName("PreparePlayback");
        room.MapGet("/playback", Playback).Access(Access.Officer).WithName("GetPlayback");
        room.MapGet("/file", Content).Access(Access.Officer).Produces<Stream>(contentType: "video/webm").WithName("GetRecordedFile");
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

    private static async Task<NoContent> Open(string tenant, string visit, PurposeBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Open(new OpenRecording { CommandId = id, Purpose = body.Purpose }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Prepare(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Recording(tenant, visit).Prepare(new PreparePlayback { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<PlaybackView> Playback(string tenant, string visit, IGrainFactory grains, TicketCookies tickets, HttpContext http, CancellationToken ct)
    {
        var playback = await grains.Recording(tenant, visit).Playback(ct);
        string AddressOf(BlobRef blob, string type)
        {
            var look = new Look(tenant, visit, http.Caller().Id, blob.Address, blob.PlainSha256, blob.PlainLength, type, playback.Until);
            return $"/api/{tenant}/visits/{visit}/recording/file?look={Uri.EscapeDataString(tickets.Seal(look, LookPurpose))}";
        }

        return new PlaybackView
        {
            Duration = playback.Duration,
            Stretches = playback.Stretches,
            Tracks = [.. playback.Tracks.Select(t => new PlaybackFile(t.Blob.Address, t.Segment, t.Participant, t.Name, t.Kind, t.At, t.Length, AddressOf(t.Blob, t.Kind == "microphone" ? "audio/webm" : "video/webm")))],
            Film = playback.Film is { } film ? AddressOf(film, FilmType) : null,
        };
    }

    private static async Task<IResult> Content(
        string tenant, string visit, string look, TicketCookies tickets, [FromServices] IBlobReader blobs, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (tickets.Unseal<Look>(look, LookPurpose) is not { } opened || opened.Tenant != tenant || opened.Visit != visit || opened.Staff != http.Caller().Id)
            throw DoorErrors.Unknown();
        if (opened.Until <= clock.GetUtcNow()) throw new BalieException(BalieError.Gone("recording.look-over", "Open de opname opnieuw."));
        var content = await blobs.OpenReadAsync(tenant, visit, new BlobRef(opened.Address, opened.Sha256, opened.Length), ct);
        return Results.Stream(content, opened.Type, opened.Type == FilmType ? $"opname-{visit}.mp4" : null, enableRangeProcessing: true);
    }

    /// <summary>What stands sealed in the address of a file of an opened recording.</summary>
    private sealed record Look(string Tenant, string Visit, string Staff, string Address, string Sha256, long Length, string Type, DateTimeOffset Until);
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

/// <summary>What there is to play, with addresses that work for the officer who opened it, for as long as the look lasts.</summary>
public sealed record PlaybackView
{
    /// <summary>Seconds.</summary>
    public required double Duration { get; init; }
    public required ImmutableArray<RecordedStretch> Stretches { get; init; }
    public required ImmutableArray<PlaybackFile> Tracks { get; init; }
    /// <summary>Address of the MP4; null while nobody had it made.</summary>
    public required string? Film { get; init; }
}

/// <summary>A voice, a picture or a screen. <see cref="At"/>: its first sample on the recording's time; seconds.</summary>
public sealed record PlaybackFile(string Id, string Segment, string Participant, string Name, string Kind, double At, double Length, string Url);
