namespace Balie.Bench;

/// <summary>What the figures of <see cref="LiveBench"/> say, and under which conditions they were taken.</summary>
internal static class LiveRows
{
    public static IReadOnlyList<Row> Of(
        (List<Told> Ours, List<Told> Floor) whole, IReadOnlyList<double> late, double gaps, (List<Told> Ours, List<Told> Floor) feed, (List<Told> Ours, List<Told> Floor) single)
    {
        var crowd = $"{LiveBench.Rooms * LiveBench.Viewers} clients over WebSockets in this process, on both sides, {LiveBench.Viewers} in each of {LiveBench.Rooms} rooms (two screens of staff, three participants)";
        var floor = "floor: a hub with two groups a room in the same process, the same views redacted once a group, nothing stored";
        var pace = $"each room says the next as soon as the last was taken, for {LiveLoad.Time.TotalSeconds:0} s and until everybody knows the last; {Figures.Runs} runs in turns";
        var save = $"a section of {Saying.Text.Length} characters saved in every room over and over, its text and answer encrypted, committed by PostgreSQL on the same machine (fsync on), told by the feed, redacted for each viewer";
        return
        [
            Row.Against("live deliveries", "deliveries/s", Messages(whole), "bare hub with groups", Target.AtLeast(0.8),
                $"{crowd}; ours: {save}; {floor}; {pace}; only messages that arrived count",
                "the floor commits nothing: every fifth delivery of ours is also a command with its commit, which costs this machine more than the floor's five deliveries do; the row below leaves the commit out, the row journal judges it"),
            Row.Against("live deliveries from the commit on", "deliveries/s", Messages(feed), "bare hub with groups", Target.AtLeast(0.8),
                $"{crowd}; ours: what a room says after its commit, the same views, handed to the feed without a commit before it, redacted for each viewer; {floor}; on both sides each room says the next as soon as its viewers are at most {LiveLoad.Window} versions behind, for {LiveLoad.Time.TotalSeconds:0} s a run, {Figures.Runs} runs in turns; only messages that arrived count, and the floor delivers every version where ours delivers the newest",
                "of ours a newer view takes the place of one that still waits; how many changes were told all the same, the row below says"),
            Row.Against("live changes from the commit on", "changes/s", Changes(feed), "bare hub with groups", Target.AtLeast(0.8),
                "the runs of the row above; a change counts for a viewer who knows it, by a message of its own or by a newer one, which carries the whole view: of ours, those that no message brought too",
                "every change passes the visit's feed on its way from room to web node, which the floor does not have"),
            Row.Against("live deliveries, one version at a time", "deliveries/s", Messages(single), "bare hub with groups", Target.AtLeast(0.8),
                $"{crowd}; as the row live deliveries from the commit on, but on both sides each room says the next once all its viewers know the last: nothing is superseded, all rooms speak at once",
                "every change passes the visit's feed on its way from room to web node, which the floor does not have"),
            Row.Budget("live p99 at 5,000/s", "ms", late, Target.AtMost(50),
                $"{crowd}; {save}; a save is due in every room every {LiveLoad.Period.TotalMilliseconds:0} ms, 1,000 commits a second, for {LiveLoad.Time.TotalSeconds:0} s a run; counted from when it was due, however late the save itself began, to when the client knows it",
                "at this pace the machine's two cores also run PostgreSQL and all clients"),
            Row.Budget("live gaps after catching up", "clients", [gaps], Target.AtMost(0), "clients that do not know the last version of their room once the heads were told and whoever was behind, or cut off, entered again",
                "some clients were cut off by the machine and had not come back after ten seconds"),
        ];
    }

    private static Pairs Messages((List<Told> Ours, List<Told> Floor) told) => new([.. told.Ours.Select(t => t.Messages)], [.. told.Floor.Select(t => t.Messages)]);

    private static Pairs Changes((List<Told> Ours, List<Told> Floor) told) => new([.. told.Ours.Select(t => t.Changes)], [.. told.Floor.Select(t => t.Changes)]);
}
