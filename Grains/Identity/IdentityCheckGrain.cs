using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Identity;

/// <summary>Applies <see cref="IdentityDecisions"/>; makes the secrets of a login and looks up who is in the call.</summary>
public sealed class IdentityCheckGrain(RoomServices services) : RoomGrain<IdentityChecks>(services), IIdentityCheckGrain
{
    protected override string Room => "identity";

    protected override IdentityChecks Initial => IdentityChecks.Empty;

    protected override IdentityChecks Apply(IdentityChecks state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object LiveView(IdentityChecks state) => state.View(Version);

    public Task<IdentityView> View(CancellationToken ct = default) => Task.FromResult(State.View(Version));

    public async Task Request(RequestIdentity command, CancellationToken ct = default)
    {
        var inCall = await SeatOf(command.Participant, ct) is not null;
        await Handle(command, (s, _) => IdentityDecisions.Request(s, command.Participant, Caller.Required.Id, inCall), ct);
    }

    public async Task<LoginTicket> StartLogin(StartLogin command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        var inCall = (await SeatOf(id, ct))?.Session == session;
        var state = $"{Key.Tenant}.{Key.Id}.{id}.{Random()}";
        var secrets = new LoginSecrets(state, Hash(state), Random(), Random());
        var ticket = new LoginTicket
        {
            State = state,
            Nonce = secrets.Nonce,
            CodeVerifier = secrets.CodeVerifier,
            AcrValues = AssuranceLevel.AcrOf(command.Means) ?? "",
        };
        // A repetition is answered with the secrets that stand in the journal.
        return await Handle(command, (s, now) => IdentityDecisions.StartLogin(s, command, id, session, inCall, secrets, now).Returning(ticket), ct);
    }

    public async Task<LoginTicket> TakeLogin(TakeLogin command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        await Handle(command, (s, now) => IdentityDecisions.TakeLogin(s, id, session, Hash(command.State), now), ct);
        var login = State.Of[id].Login ?? throw new BalieException(IdentityErrors.WrongLogin);
        return new LoginTicket
        {
            State = command.State,
            Nonce = login.Nonce,
            CodeVerifier = login.CodeVerifier,
            AcrValues = AssuranceLevel.AcrOf(login.Means) ?? "",
        };
    }

    public async Task Prove(ProveIdentity command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        if ((await SeatOf(id, ct))?.Session != session) throw new BalieException(IdentityErrors.NotInCall);
        var appointment = await GrainFactory.GetGrain<IAppointmentGrain>(Key.ToString()).View(ct);
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);
        var booked = appointment.Participants.FirstOrDefault(p => p.Id == id)?.Name ?? "";
        var accepted = settings.Rules.FirstOrDefault(r => r.Product == appointment.Product)?.AcceptedAcr ?? [];
        await Handle(command, (s, _) => IdentityDecisions.Prove(s, command, id, session, Hash(command.State), booked, accepted), ct);
    }

    public async Task SeatChanged(string participant, string session)
    {
        var decision = IdentityDecisions.SeatChanged(State, participant, session);
        if (decision.Events.IsEmpty) return;
        await Handle(new Noted { CommandId = Guid.NewGuid() }, (s, _) => IdentityDecisions.SeatChanged(s, participant, session));
    }

    public Task LoginFailed(LoginFailed command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        return Handle(command, (s, _) => IdentityDecisions.Fail(s, id, session, Hash(command.State), command.Reason), ct);
    }

    public Task Decide(DecideIdentity command, CancellationToken ct = default) =>
        Handle(command, (s, _) => IdentityDecisions.Decide(s, command, Caller.Required.Id), ct);

    /// <summary>The number is not the command's stored result: it is read from the state after the look was written down.</summary>
    public async Task<string> RevealNumber(RevealNumber command, CancellationToken ct = default)
    {
        await Handle(command, (s, _) => IdentityDecisions.Reveal(s, command.Participant, Caller.Required.Id), ct);
        return State.Of[command.Participant].Proven!.RegisterNumber;
    }

    private async Task<SeatView?> SeatOf(string participant, CancellationToken ct)
    {
        var call = await GrainFactory.GetGrain<ICallRoomGrain>(Key.ToString()).View(ct);
        return call.Seats.FirstOrDefault(s => s.Participant == participant && s.Status == SeatStatus.Admitted);
    }

    private static (string Id, string Session) Me()
    {
        var caller = Caller.Required;
        return (caller.Id, caller.Session ?? "");
    }

    /// <summary>The command of a change that follows from another room.</summary>
    private sealed record Noted : Command;

    private static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Hash(string state) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)));
}
