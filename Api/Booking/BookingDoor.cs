using System.Security.Cryptography;
using System.Text;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Booking;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Balie.Api.Booking;

/// <summary>Finding and holding a moment, booking it, and what later happens to the appointment.</summary>
public static class BookingDoor
{
    public static void MapBooking(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("/api/{tenant}").WithTags("Booking").Access(Access.Visitor).AddEndpointFilter<RetryOnceFilter>();
        open.MapGet("/products/{product}/slots", FindSlots).WithMetadata(new Compressed()).WithName("FindSlots");
        open.MapPost("/holds", Hold).WithMetadata(new Commands(), new BookingGuarded("hold")).WithName("HoldSlot");
        open.MapGet("/holds/{hold}", GetHold).WithName("GetHold");
        open.MapDelete("/holds/{hold}", Release).WithMetadata(new Commands()).WithName("ReleaseHold");
        open.MapPost("/holds/{hold}/confirm", Confirm).WithMetadata(new Commands(), new BookingGuarded("confirm")).WithName("ConfirmHold");
        open.MapPost("/visits/{visit}/exchange", Exchange).WithMetadata(new Commands(), new GuessGuarded()).WithName("ExchangeLink");

        var visit = api.MapGroup("/api/{tenant}/visits/{visit}").WithTags("Booking").AddEndpointFilter<RetryOnceFilter>();
        visit.MapPost("/cancel", Cancel).Access(Access.Visit).WithMetadata(new Commands()).WithName("CancelAppointment");
        visit.MapPost("/rating", Rate).Access(Access.Participant).WithMetadata(new Commands()).WithName("RateVisit");
        visit.MapPost("/close", Close).Access(Access.Officer).WithMetadata(new Commands()).WithName("CloseVisit");
        visit.MapPost("/invitations", Invite).Access(Access.Visit).WithMetadata(new Commands()).WithName("InviteParticipant");
    }

    private static Task<SlotOffer> FindSlots(string tenant, string product, IGrainFactory grains, string? from = null, int days = 14, CancellationToken ct = default) =>
        grains.Slots(tenant).Find(new SlotQuery { Product = product, From = from, Days = days }, ct);

    private static async Task<Created<HoldView>> Hold(string tenant, HoldBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        var hold = await grains.Slots(tenant).Hold(new HoldSlot { CommandId = id, Product = body.Product, Start = body.Start }, ct);
        return TypedResults.Created($"/api/{tenant}/holds/{hold.Hold}", hold);
    }

    private static Task<HoldView> GetHold(string tenant, string hold, IGrainFactory grains, CancellationToken ct) =>
        grains.Agenda(tenant, HoldId.Parse(hold).Staff).GetHold(hold, ct);

    private static async Task<NoContent> Release(string tenant, string hold, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Agenda(tenant, HoldId.Parse(hold).Staff).ReleaseHold(new ReleaseHold { CommandId = id, Hold = hold }, ct);
        return TypedResults.NoContent();
    }

    private static Task<BookingReceipt> Confirm(
        string tenant, string hold, BookingBody body, CommandId id, IGrainFactory grains, PublicAddress address, HttpRequest request, CancellationToken ct) =>
        grains.Appointment(tenant, HoldId.Parse(hold).Visit).Book(body.ToCommand(id, hold, address.Of(request)), ct);

    /// <summary>Trades the token of a mailed link for this browser's cookie. The same browser keeps its session, so a second look at the mail is no second browser.</summary>
    private static async Task<Seat> Exchange(
        string tenant, string visit, ExchangeBody body, CommandId id, IGrainFactory grains, TicketCookies cookies, HttpContext http, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.Token)));
        var link = await grains.Appointment(tenant, visit).Exchange(new ExchangeLink { CommandId = id, TokenHash = hash }, ct);
        var session = cookies.ReadVisit(http, tenant, visit, link.Participant)?.Session ?? TicketCookies.NewSession();
        cookies.Write(http, new VisitTicket(tenant, visit, link.Participant, RoleName.Of(link.Role), link.Name, session, link.ExpiresAt));
        return new Seat(link.Participant, link.Role, link.Name, session);
    }

    private static async Task<NoContent> Cancel(string tenant, string visit, ReasonBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Appointment(tenant, visit).Cancel(new CancelAppointment { CommandId = id, Reason = body.Reason }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Rate(string tenant, string visit, RatingBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Appointment(tenant, visit).Rate(new RateVisit { CommandId = id, Score = body.Score, Comment = body.Comment }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Close(string tenant, string visit, CloseBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Appointment(tenant, visit).Close(
            new CloseVisit { CommandId = id, Outcome = body.Outcome, Note = body.Note, DoneInOneGo = body.DoneInOneGo }, ct);
        return TypedResults.NoContent();
    }

    private static Task<Invitation> Invite(
        string tenant, string visit, InvitationBody body, CommandId id, IGrainFactory grains, PublicAddress address, HttpRequest request, CancellationToken ct) =>
        grains.Appointment(tenant, visit).Invite(
            new InviteParticipant
            {
                CommandId = id,
                Companion = new Companion { Role = body.Role, Name = body.Name, Email = body.Email },
                BaseAddress = address.Of(request),
            },
            ct);
}
