namespace Balie.Bench;

/// <summary>From the click that lets somebody in to the first picture of the other, against a bare relay to the same Janus.</summary>
internal sealed class JoinBench : IBench
{
    public string Name => "join";

    public string About => "let in to first remote frame in Chromium, against a bare relay to Janus";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var stage = await MediaStage.StartAsync(ct);
        await using var town = await BalieTown.StartAsync(stage, ct);
        await stage.StartNodeAsync(ct);
        await using var relay = await BareRelay.StartAsync(() => stage.Nodes, ct);
        var (ours, theirs) = (new List<double>(), new List<double>());
        var pairs = await Figures.InTurnsAsync(
            async () => await OnceAsync(await town.PrepareAsync(ct), ours, ct),
            async () => await OnceAsync(await BareCall.PrepareAsync(stage, relay), theirs, ct));
        var other = new Pairs([.. ours.Skip(1)], [.. theirs.Skip(1)]);
        var conditions = "two Chromium on this machine (camera 640x360 at 24/s, microphone, from files), VP8 and Opus, same constraints and bitrate, each side its own Janus with the same settings; the officer is in and sends; from the click at the officer's that lets the citizen in"
            + $" until the first remote frame is shown (requestVideoFrameCallback); a fresh visit and room each run, {Figures.Runs} runs in turns; ours: real pages, command committed (fsync on), told by the live feed, camera closed while waiting as in the waiting room; floor: a word over a WebSocket, nothing stored, camera open while waiting";
        return
        [
            Row.Against("join to first frame, who was let in", "ms", pairs, "bare relay to Janus", Target.AtMost(1.15), conditions,
                "the page hears that it was let in 20 to 60 ms after the click (commit, live feed; the floor's 2 to 13), and the offer comes a little later by the same feed; then it is as quick as the floor"),
            Row.Against("join to first frame, the officer", "ms", other, "bare relay to Janus", Target.Stated, $"{conditions}; here the first frame of the citizen at the officer's: ours opens the citizen's camera within this time, the floor's is open already"),
        ];
    }

    private static async Task<double> OnceAsync(ICall call, List<double> atOfficer, CancellationToken ct)
    {
        await using (call)
        {
            var (citizen, officer) = await call.LetInAsync(ct);
            atOfficer.Add(officer);
            return citizen;
        }
    }
}
