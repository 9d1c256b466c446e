namespace Balie.Bench;

/// <summary>From SIGKILL to the media node until both people see each other again, against a bare relay with a standby.</summary>
internal sealed class FailoverBench : IBench
{
    public string Name => "failover";

    public string About => "both see each other after the media node is killed, against a bare relay with a standby";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var stage = await MediaStage.StartAsync(ct);
        await using var relay = await BareRelay.StartAsync(() => stage.Nodes, ct);
        await stage.StartNodeAsync(ct);
        var pairs = await Figures.InTurnsAsync(() => OursAsync(stage, ct), () => TheirsAsync(stage, relay, ct));
        var conditions = "two Chromium on this machine in a running call (640x360 at 24/s, VP8 and Opus); SIGKILL to the Janus of the call; until both were shown the first frame of a new line to the other (the later of the two)"
            + $"; ours: the one process, which has no standby: its Janus is started anew; floor: a second Janus runs already, and the relay moves when its API socket closes; a fresh call each run, {Figures.Runs} runs in turns";
        return [Row.Against("see again after the media node is killed", "ms", pairs, "bare relay with a standby", Target.AtMost(2), conditions,
            "ours has no standby: its Janus is started anew, then the room is opened and written down, and the pages are told by the live feed")];
    }

    /// <summary>A fresh Balie each time: one whose Janus ends again and again waits longer before it starts the next, on purpose.</summary>
    private static async Task<double> OursAsync(MediaStage stage, CancellationToken ct)
    {
        await using var town = await BalieTown.StartAsync(stage, ct);
        await using var call = await town.PrepareAsync(ct);
        await RunAsync(call, ct);
        return await call.SeeAgainAsync(MediaStage.Kill(town.JanusPid));
    }

    private static async Task<double> TheirsAsync(MediaStage stage, BareRelay relay, CancellationToken ct)
    {
        await using var call = await BareCall.PrepareAsync(stage, relay);
        await stage.StartNodeAsync(ct);
        await RunAsync(call, ct);
        return await call.SeeAgainAsync(await stage.KillNodeAsync());
    }

    /// <summary>Until both see each other and the call has settled.</summary>
    private static async Task RunAsync(ICall call, CancellationToken ct)
    {
        await call.LetInAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
    }
}
