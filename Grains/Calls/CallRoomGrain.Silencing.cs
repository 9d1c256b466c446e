using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Calls;

/// <summary>Who may no longer hear and see, does not: a node that cannot be told now is told until it has done it, by this activation or the next.</summary>
public sealed partial class CallRoomGrain
{
    private IGrainTimer? _silencing;

    /// <summary>What was decided stands whether or not the node follows at once.</summary>
    private async Task Silence(CancellationToken ct)
    {
        try
        {
            await KeepOnlyOnNode(ct);
        }
        catch (BalieException refused)
        {
            LogMedia(log, Key, refused.Message);
            SilenceSoon();
        }
    }

    private async Task KeepOnlyOnNode(CancellationToken ct)
    {
        await ClaimMedia(ct);
        await Media.KeepOnlyAsync(State.MayStay, ct);
        await RememberMedia(ct);
    }

    /// <summary>False when the node could not be told; the room is perhaps still there.</summary>
    private async Task<bool> EndOnNode(CancellationToken ct)
    {
        try
        {
            await Media.EndAsync(State.MediaState, ct);
            return true;
        }
        catch (BalieException refused)
        {
            LogMedia(log, Key, refused.Message);
            return false;
        }
    }

    private void SilenceSoon() =>
        _silencing ??= this.RegisterGrainTimer(SilenceAgain, new GrainTimerCreationOptions(ReopenEvery, ReopenEvery) { KeepAlive = true });

    private async Task SilenceAgain(CancellationToken ct)
    {
        ActAsSystem("media");
        try
        {
            if (State.Ended) await Media.EndAsync(State.MediaState, ct);
            else await KeepOnlyOnNode(ct);
        }
        catch (BalieException)
        {
            return; // Still away; the timer asks again.
        }

        _silencing?.Dispose();
        _silencing = null;
    }
}
