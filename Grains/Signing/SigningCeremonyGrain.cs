using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Signing;

/// <summary>
/// Applies <see cref="SigningDecisions"/>. A signature is made and stored before it is journalled: when that fails, the stored file is garbage and the signer
/// tries again. The dossier is told after the journal, again and again until it knows; until then people see the ceremony as it was, for a document that
/// they are shown is one that they can open.
/// </summary>
public sealed partial class SigningCeremonyGrain(RoomServices services, SignatureSealer sealer, ILogger<SigningCeremonyGrain> log)
    : RoomGrain<Ceremony>(services), ISigningCeremonyGrain
{
    private const string Me = "signing";
    private static readonly TimeSpan FileAgainEvery = TimeSpan.FromSeconds(1);
    private readonly HashSet<string> _filed = new(StringComparer.Ordinal);
    private (Ceremony State, long Version)? _shown;
    private IGrainTimer? _filing;

    private bool IsFiled => State.Revisions.All(r => _filed.Contains(r.Document));

    protected override string Room => "signing";

    protected override Ceremony Initial => Ceremony.Empty;

    protected override Ceremony Apply(Ceremony state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object? LiveView(Ceremony state) => IsFiled ? state.View(Version) : null;

    protected override async Task OnChangedAsync(Ceremony before, IReadOnlyList<IDomainEvent> events)
    {
        if (IsFiled) _shown = (State, Version);
        else await FileAsync(CancellationToken.None);
    }

    /// <summary>A started round leaves as a message: its PDF is made outside the turn.</summary>
    protected override void Project(JournalWrite write, Ceremony before, Ceremony after, IReadOnlyList<IDomainEvent> events)
    {
        foreach (var started in events.OfType<CeremonyStarted>())
            write.Send(Stream, new PendingMessage(OutboxKind.RenderReport, JsonSerializer.Serialize(new RenderReport(Key.Id, started.Round), PlatformJson.Plain), $"{Key}:report:{started.Round}"));
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        await FileAsync(cancellationToken);
        try
        {
            // A process that was killed between the lock and the start of a round, or between its end and the unlock.
            await SetReportLockAsync(State.HoldsReport, cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            LogLockUnsure(problem, Key);
        }
    }

    public Task<SigningView> View(CancellationToken ct = default) =>
        _shown is { } shown ? Task.FromResult(shown.State.View(shown.Version)) : throw new BalieException(SigningErrors.Filing);

    public async Task Start(StartCeremony command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var appointment = await Grain<IAppointmentGrain>().View(ct);
        var identity = await Grain<IIdentityCheckGrain>().View(ct);
        var needed = NeedsIdentity((await SettingsAsync(ct)).View, appointment);
        if (SigningDecisions.Start(State, appointment, identity, needed, caller).Error is null) await SetReportLockAsync(true, ct);
        await Handle(command, (c, _) => SigningDecisions.Start(c, appointment, identity, needed, caller), ct);
    }

    public async Task<SigningView?> ToRender(int round, CancellationToken ct = default)
    {
        await KnowRoundAsync(round, ct);
        return State.IsPreparing(round) ? State.View(Version) : null;
    }

    public async Task DocumentReady(DocumentReady command, CancellationToken ct = default)
    {
        await KnowRoundAsync(command.Round, ct);
        await Handle(command, (c, _) => SigningDecisions.Ready(c, command), ct);
    }

    public async Task DocumentFailed(DocumentFailed command, CancellationToken ct = default)
    {
        await KnowRoundAsync(command.Round, ct);
        await Handle(command, (c, _) => SigningDecisions.Failed(c, command), ct);
    }

    public async Task Sign(SignDocument command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var refusal = SigningDecisions.MaySign(State, command, caller.Id) ?? await RefusedNowAsync(caller, ct);
        var revision = refusal is null ? await SealAsync(command, ct) : null;
        // A refused command may have been done before this activation: the journal then gives its first answer.
        await Handle(command, (c, _) => revision is null ? Decision.Refuse(refusal!) : SigningDecisions.Sign(c, command, caller, revision), ct);
    }

    public async Task Decline(DeclineToSign command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var refusal = caller.Kind == CallerKind.Participant ? await NotInCallAsync(caller, ct) : null;
        await Handle(command, (c, _) => refusal is null ? SigningDecisions.Decline(c, command, caller.Id) : refusal, ct);
        await SetReportLockAsync(State.HoldsReport, ct);
    }

    public async Task Stop(StopCeremony command, CancellationToken ct = default)
    {
        await Handle(command, (c, _) => SigningDecisions.Stop(c, Caller.Required.Id), ct);
        await SetReportLockAsync(State.HoldsReport, ct);
    }

    /// <exception cref="BalieException"><see cref="RoomErrors.Moved"/>: the start of the round is not in the journal yet.</exception>
    private async Task KnowRoundAsync(int round, CancellationToken ct)
    {
        await KnowAsync(State.Round >= round, ct);
        if (State.Round < round) throw new BalieException(RoomErrors.Moved);
    }

    private async Task<SealedRevision> SealAsync(SignDocument command, CancellationToken ct)
    {
        var settings = await SettingsAsync(ct);
        return await sealer.SignAsync(new SealContext(Key.Tenant, Key.Id, settings.View.Name, settings.TimeZone), State.Head!, State.Next!, command, Now, ct);
    }

    /// <summary>A participant signs with the browser that has the seat, and while their identity stands.</summary>
    private async Task<BalieError?> RefusedNowAsync(Caller caller, CancellationToken ct)
    {
        if (caller.Kind != CallerKind.Participant) return null;
        if (await NotInCallAsync(caller, ct) is { } absent) return absent;
        var appointment = await Grain<IAppointmentGrain>().View(ct);
        return !NeedsIdentity((await SettingsAsync(ct)).View, appointment) || SigningDecisions.IsConfirmed(await Grain<IIdentityCheckGrain>().View(ct), caller.Id)
            ? null
            : SigningErrors.IdentityNeeded;
    }

    private async Task<BalieError?> NotInCallAsync(Caller caller, CancellationToken ct)
    {
        var call = await Grain<ICallRoomGrain>().View(ct);
        var inside = call.Status != CallStatus.Ended
            && call.Seats.Any(s => s.Participant == caller.Id && s.Status == SeatStatus.Admitted && s.Session is not null && s.Session == caller.Session);
        return inside ? null : SigningErrors.NotInCall;
    }

    /// <summary>Tells the dossier what it lacks and then the people; when the dossier does not answer, again a second later.</summary>
    private async Task FileAsync(CancellationToken ct)
    {
        try
        {
            await FileRevisionsAsync(ct);
            var late = _filing is not null || (_shown is { } before && before.Version != Version);
            _shown = (State, Version);
            if (late) TellViewers();
            _filing?.Dispose();
            _filing = null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            if (_filing is null) LogNotFiled(problem, Key);
            _filing ??= this.RegisterGrainTimer(FileAsync, new GrainTimerCreationOptions(FileAgainEvery, FileAgainEvery) { KeepAlive = true });
        }
    }

    /// <summary>The dossier has every revision, each in the place of the one before. Repeating it changes nothing there.</summary>
    private async Task FileRevisionsAsync(CancellationToken ct)
    {
        ActAsSystem(Me);
        foreach (var revision in State.Revisions.Where(r => !_filed.Contains(r.Document)))
        {
            await FileRevisionAsync(revision, ct);
            _filed.Add(revision.Document);
        }
    }

    private async Task FileRevisionAsync(Revision revision, CancellationToken ct)
    {
        try
        {
            await Grain<IDossierGrain>().Add(new AddDocument
            {
                CommandId = RevisionId.Of(Key, revision),
                Document = new TakenDocument
                {
                    FileName = "Verslag.pdf", Blob = revision.Blob, Pages = revision.Pages, OriginalType = "application/pdf", Signed = revision.Signatures > 0,
                },
                Kind = revision.Final ? "signed" : "report",
                DocumentId = revision.Document,
                Supersedes = revision.Replaces,
            }, ct);
        }
        catch (BalieException refused) when (refused.Error.Kind != ErrorKind.Unavailable)
        {
            // Asking again would not help.
            LogRefused(refused, revision.Document, Key);
        }
    }

    private async Task SetReportLockAsync(bool locked, CancellationToken ct)
    {
        ActAsSystem(Me);
        // A fresh id: locking what is locked is nothing, and an answer of an earlier round must not stand in for this one.
        await Grain<IDossierGrain>().LockReport(new LockReport { CommandId = Guid.NewGuid(), Locked = locked }, ct);
    }

    private static bool NeedsIdentity(TenantView tenant, AppointmentView appointment) =>
        tenant.Products.FirstOrDefault(p => p.Id == appointment.Product)?.Steps.Contains("identity") ?? true;

    private Task<TenantSettings> SettingsAsync(CancellationToken ct) =>
        GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);

    private TGrain Grain<TGrain>()
        where TGrain : IGrainWithStringKey => GrainFactory.GetGrain<TGrain>(Key.ToString());

    [LoggerMessage(Level = LogLevel.Warning, Message = "The dossier of {Key} does not have the newest revision yet.")]
    private partial void LogNotFiled(Exception problem, GrainKey key);

    [LoggerMessage(Level = LogLevel.Error, Message = "The dossier refuses {Document} of {Key}: people see it and cannot open it.")]
    private partial void LogRefused(Exception problem, string document, GrainKey key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the report of {Key} is locked as its ceremony asks is not sure.")]
    private partial void LogLockUnsure(Exception problem, GrainKey key);
}

/// <summary>Outbox payload: the report of this round must become a PDF.</summary>
public sealed record RenderReport(string Visit, int Round);

/// <summary>Names the command that files a revision: the same revision with the same bytes is the same command.</summary>
internal static class RevisionId
{
    private static readonly Guid Space = new("6f0b1a52-4f0e-4b6b-9d0f-3a4f0f4c7d11");

    public static Guid Of(GrainKey key, Revision revision) => DerivedId.Of(Space, $"{key}/{revision.Document}/{revision.Blob.Address}");
}
