using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Documents;

/// <summary>
/// Applies <see cref="DossierDecisions"/>. Bytes that a refusal or a withdrawal leaves without a document are deleted from the store; what was withdrawn is
/// looked after once more when the dossier opens, for Balie may have been killed in between.
/// </summary>
public sealed class DossierGrain(RoomServices services, IBlobStore blobs) : RoomGrain<Dossier>(services), IDossierGrain
{
    private ImmutableArray<Choice>? _sections;

    protected override string Room => "dossier";

    protected override Dossier Initial => Dossier.Empty;

    protected override Dossier Apply(Dossier state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object LiveView(Dossier state) => state.View(Version, _sections ?? []);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        try
        {
            foreach (var gone in State.Documents.Where(d => d.Withdrawn)) await ForgetUnusedAsync(gone.Blob, cancellationToken);
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            Log.LogWarning(away, "The store of {Visit} does not answer; what was withdrawn is looked after at the next opening.", Key);
        }
    }

    public async Task<DossierView> View(CancellationToken ct = default)
    {
        var sections = await SectionsAsync(ct);
        return State.View(Version, sections);
    }

    public async Task MayAdd(Guid command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var inCall = caller.Kind == CallerKind.Participant && DossierDecisions.InCall(await CallAsync(ct), caller);
        if (State.Documents.Any(d => d.Id == IdFor(command) && d.By == caller.Id)) return;
        if (DossierDecisions.MayAdd(State, caller, inCall) is { } refused) throw new BalieException(refused);
    }

    public async Task<DocumentView> Add(AddDocument command, CancellationToken ct = default)
    {
        await SectionsAsync(ct);
        var caller = Caller.Required;
        var inCall = caller.Kind == CallerKind.Participant && DossierDecisions.InCall(await CallAsync(ct), caller);
        try
        {
            var added = await Handle(command, (d, now) => DossierDecisions.Add(d, command, caller, inCall, IdFor(command.CommandId), now), ct);
            // A repeated upload was taken in anew; the first one stands.
            if (State.Documents.Any(d => d.Id == added.Id)) await ForgetUnusedAsync(command.Document.Blob, ct);
            return added;
        }
        catch (BalieException refused) when (caller.Kind != CallerKind.System && refused.Error.Kind != ErrorKind.Unavailable)
        {
            await ForgetUnusedAsync(command.Document.Blob, ct);
            throw;
        }
    }

    public async Task Withdraw(WithdrawDocument command, CancellationToken ct = default)
    {
        await SectionsAsync(ct);
        await Handle(command, (d, _) => DossierDecisions.Withdraw(d, command, Caller.Required), ct);
        if (State.Documents.FirstOrDefault(d => d.Id == command.Document) is { Withdrawn: true } gone) await ForgetUnusedAsync(gone.Blob, ct);
    }

    public async Task<StoredDocument> Open(OpenDocument command, CancellationToken ct = default)
    {
        await SectionsAsync(ct);
        var caller = Caller.Required;
        var call = await CallAsync(ct);
        // A look that is repeated gets its first answer undecided: who was shown the door meanwhile gets none.
        if (DossierDecisions.MayOpen(State, command.Document, caller, call) is { } refused) throw new BalieException(refused);
        return await Handle(command, (d, now) => DossierDecisions.Open(d, command, caller, call, now), ct);
    }

    public async Task Show(ShowPage command, CancellationToken ct = default)
    {
        await SectionsAsync(ct);
        var caller = Caller.Required;
        var inCall = caller.Kind == CallerKind.Participant && DossierDecisions.InCall(await CallAsync(ct), caller);
        await Handle(command, (d, _) => DossierDecisions.Show(d, command, caller, inCall), ct);
    }

    public async Task<ReportSectionView> SaveSection(SaveSection command, CancellationToken ct = default)
    {
        var sections = await SectionsAsync(ct);
        return await Handle(command, (d, now) => DossierDecisions.SaveSection(d, command, sections, Caller.Required.Id, now), ct);
    }

    public async Task LockReport(LockReport command, CancellationToken ct = default)
    {
        if (State.Locked == command.Locked) return;
        await SectionsAsync(ct);
        await Handle(command, (d, _) => DossierDecisions.Lock(d, command, Caller.Required.Id), ct);
    }

    /// <summary>The same command names the same document, however often it comes.</summary>
    private static string IdFor(Guid command) => DerivedId.Of(command, "document").ToString("N");

    private Task<CallView> CallAsync(CancellationToken ct) => GrainFactory.GetGrain<ICallRoomGrain>(Key.ToString()).View(ct);

    private async Task ForgetUnusedAsync(BlobRef blob, CancellationToken ct)
    {
        if (!State.Documents.Any(d => !d.Withdrawn && d.Blob.Address == blob.Address)) await blobs.DeleteAsync(Key.Tenant, Key.Id, blob, ct);
    }

    /// <summary>The product's report sections; read once an activation.</summary>
    private async ValueTask<ImmutableArray<Choice>> SectionsAsync(CancellationToken ct)
    {
        if (_sections is { } known) return known;
        ActAsSystem("documents");
        var appointment = await GrainFactory.GetGrain<IAppointmentGrain>(Key.ToString()).View(ct);
        var tenant = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).View(ct);
        var sections = tenant.Products.FirstOrDefault(p => p.Id == appointment.Product)?.ReportSections ?? [];
        _sections = sections;
        return sections;
    }
}
