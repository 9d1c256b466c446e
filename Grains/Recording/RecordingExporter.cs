using System.Collections.Concurrent;
using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Balie.Grains.Recording.Media;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;

namespace Balie.Grains.Recording;

/// <summary>Folders of this node. <see cref="Work"/>: plaintext of a recording, for the time of a job.</summary>
public sealed record RecordingFolders(string Work);

/// <summary>
/// Makes the one MP4 of a visit's recording from the encrypted store: tracks are decrypted into a work folder, composed by FFmpeg on this node's
/// queue, and the result goes back into the store. Tells the grain how far it is, at most once a percent.
/// </summary>
public sealed partial class RecordingExporter(
    MediaJobs jobs, RecordingFolders folders, IBlobStore blobs, IGrainFactory grains, JournalClock clock, ILogger<RecordingExporter> log)
{
    /// <summary>A film that fails is begun once more: FFmpeg is killed on a machine that runs out of memory, and that passes.</summary>
    private const int Tries = 2;

    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(1);

    /// <summary>Well within the minute of silence after which the turn is another's: one percent of a long film takes longer.</summary>
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(15);

    private readonly string _worker = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<GrainKey, Guid> _jobs = new();

    /// <summary>Sees to it that somebody makes the film: this node, unless another one is at it. Asked again until it is true.</summary>
    /// <returns>True when nothing is to be done (any more).</returns>
    /// <exception cref="InvalidOperationException">The queue is full.</exception>
    public async Task<bool> WorkAsync(GrainKey visit, ComposeJob job, CancellationToken ct)
    {
        Caller.Current = Caller.System(visit.Tenant, "recording");
        var grain = grains.GetGrain<IRecordingGrain>(visit.ToString());
        switch (await grain.TakeExport(_worker, ct))
        {
            case ExportTurn.NotNeeded:
                _jobs.TryRemove(visit, out _);
                return true;
            case ExportTurn.Another:
                return false;
        }

        var before = _jobs.TryGetValue(visit, out var id) ? jobs.Progress(id) : null;
        if (before is { Status: MediaJobStatus.Waiting or MediaJobStatus.Running }) return false;
        if (before is { Status: MediaJobStatus.Failed, Failure: { } failure })
        {
            // It could not say so itself: it took too long, say.
            await grain.Composed(new RecordingComposed { CommandId = Guid.NewGuid(), Failure = failure }, ct);
            _jobs.TryRemove(visit, out _);
            return true;
        }

        _jobs[visit] = jobs.Enqueue((progress, stop) => RunAsync(visit, job, progress, stop));
        return false;
    }

    private async Task RunAsync(GrainKey visit, ComposeJob job, IProgress<double> progress, CancellationToken ct)
    {
        Caller.Current = Caller.System(visit.Tenant, "recording");
        var grain = grains.GetGrain<IRecordingGrain>(visit.ToString());
        if ((await UntilAnsweredAsync(() => grain.View(ct), ct)).Export != "composing") return;
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var keeping = KeepTurnAsync(grain, turn);
        try
        {
            var word = await MadeAsync(visit, job, new PercentTeller(grain, visit, progress), turn.Token);
            // Minutes of work are not thrown away because the journal was away for a moment: the same word is said until it is heard.
            var late = await UntilAnsweredAsync(() => grain.Composed(word, ct), ct);
            if (late && word.Blob is { } nobodys) await blobs.DeleteAsync(visit.Tenant, visit.Id, nobodys, ct);
            _jobs.TryRemove(visit, out _);
        }
        catch (Exception) when (turn.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            LogTurnLost(log, visit);
        }
        finally
        {
            await turn.CancelAsync();
            await keeping;
        }
    }

    /// <summary>Says now and then that the work goes on; who has lost the turn all the same, because the room was away for long, stops.</summary>
    private async Task KeepTurnAsync(IRecordingGrain grain, CancellationTokenSource turn)
    {
        using var timer = new PeriodicTimer(KeepEvery, clock);
        while (!turn.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(turn.Token);
                if (await grain.TakeExport(_worker, turn.Token) != ExportTurn.Yours) await turn.CancelAsync();
            }
            catch (Exception)
            {
                // Over, or the room is away: then the next round asks.
            }
        }
    }

    private async Task<RecordingComposed> MadeAsync(GrainKey visit, ComposeJob job, IProgress<double> progress, CancellationToken ct)
    {
        for (var left = Tries; ;)
        {
            try
            {
                return await InFolderAsync(folder => ComposeAsync(visit, job, folder, progress, ct));
            }
            catch (Exception away) when (IsAway(away))
            {
                // Nothing is wrong with the film; what it needs is there again in a moment.
                await Task.Delay(SayAgain, ct);
            }
            catch (Exception problem) when (problem is not OperationCanceledException && !ct.IsCancellationRequested)
            {
                LogFailed(log, visit, --left, problem);
                if (left == 0) return new RecordingComposed { CommandId = Guid.NewGuid(), Failure = problem.Message };
            }
        }
    }

    private static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception away) when (IsAway(away))
            {
                await Task.Delay(SayAgain, ct);
            }
        }
    }

    /// <summary>A room, the database or the store does not answer now.</summary>
    private static bool IsAway(Exception problem) => Away.Is(problem) || problem is BalieException { Error.Kind: ErrorKind.Unavailable };

    /// <summary>What is in the clear lies in a folder that goes, however the work ends.</summary>
    private async Task<T> InFolderAsync<T>(Func<string, Task<T>> work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(folders.Work, Guid.NewGuid().ToString("N")), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return await work(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<RecordingComposed> ComposeAsync(GrainKey visit, ComposeJob job, string folder, IProgress<double> progress, CancellationToken ct)
    {
        var segments = ImmutableArray.CreateBuilder<RecordedSegment>();
        foreach (var segment in job.Segments)
        {
            var tracks = ImmutableArray.CreateBuilder<RecordedTrack>();
            foreach (var track in segment.Tracks) tracks.Add(await FetchAsync(visit, job, track, Path.Combine(folder, $"{segment.Id}-{tracks.Count}.mjr"), ct));
            segments.Add(new RecordedSegment(segment.Id, tracks.ToImmutable()));
        }

        var made = await new Composer(folders.Work).ComposeAsync(segments.ToImmutable(), Path.Combine(folder, "opname.mp4"), progress, ct);
        await using var file = MediaTools.OpenMade(made.Path);
        return new RecordingComposed
        {
            CommandId = Guid.NewGuid(),
            Blob = await blobs.WriteAsync(visit.Tenant, visit.Id, file, ct),
            Duration = made.Duration.TotalSeconds,
            Places = [.. made.Segments.Select(s => new SegmentPlace(s.Id, s.Offset.TotalSeconds, s.Duration.TotalSeconds))],
        };
    }

    private async Task<RecordedTrack> FetchAsync(GrainKey visit, ComposeJob job, KeptTrack track, string path, CancellationToken ct)
    {
        await using (var from = await blobs.OpenReadAsync(visit.Tenant, visit.Id, track.Blob, ct))
        await using (var to = File.Create(path))
            await from.CopyToAsync(to, ct);
        return new RecordedTrack(
            path,
            track.Participant,
            job.Names.GetValueOrDefault(track.Participant, track.Participant),
            Enum.Parse<RecordedKind>(track.Kind, ignoreCase: true),
            track.StartedAt);
    }

    /// <summary>Passes whole percents on to the grain. A teller that fails does not stop the work: the next percent tells again.</summary>
    private sealed class PercentTeller(IRecordingGrain grain, GrainKey visit, IProgress<double> inner) : IProgress<double>
    {
        private int _last = -1;

        public void Report(double value)
        {
            inner.Report(value);
            var percent = (int)(value * 100);
            if (Interlocked.Exchange(ref _last, percent) == percent) return;
            Caller.Current = Caller.System(visit.Tenant, "recording");
            grain.Composing(percent).Ignore();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The film of {Visit} is made by another node, or no longer needed; the work on it here has stopped")]
    private static partial void LogTurnLost(ILogger log, GrainKey visit);

    [LoggerMessage(Level = LogLevel.Error, Message = "The recording of {Visit} could not be composed; {Left} tries left")]
    private static partial void LogFailed(ILogger log, GrainKey visit, int left, Exception problem);
}
