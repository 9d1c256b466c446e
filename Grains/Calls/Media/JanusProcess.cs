using System.Diagnostics;
using System.Net.WebSockets;
using Balie.Grains.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// Runs one Janus on this machine: configures, starts, adopts, watches, restarts and stops it. It outlives a crash of
/// Balie on purpose (calls go on while Balie is away) and is adopted by the next Balie on the same data folder.
/// </summary>
public sealed class JanusProcess(JanusOptions options, TimeProvider time, ILogger<JanusProcess> log) : IMediaNode, IHostedService, IAsyncDisposable
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20), AdoptedPoll = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(100), LongestBackoff = TimeSpan.FromSeconds(10), Healthy = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stopping = new();
    MediaFolders? folders;
    Running? running;
    Task watching = Task.CompletedTask;

    sealed record Running(HostProcess Host, Process? Child, MediaNodeAddress Address);

    /// <inheritdoc/>
    public MediaNodeAddress? Current => Volatile.Read(ref running)?.Address;

    /// <inheritdoc/>
    public event Action<MediaNodeAddress>? Started;

    /// <inheritdoc/>
    public event Action<string>? Died;

    /// <summary>Process number of the Janus that runs now.</summary>
    public int? ProcessId => Volatile.Read(ref running)?.Host.Pid;

    /// <summary>Comes back when Janus answers.</summary>
    /// <exception cref="MediaUnavailableException">Janus did not answer in time; its log is in the data folder.</exception>
    public async Task StartAsync(CancellationToken ct = default)
    {
        folders = MediaFolders.Prepare(options);
        Announce(await AdoptAsync(folders, ct) ?? await LaunchAsync(folders, ct));
        watching = WatchAsync(stopping.Token);
    }

    /// <summary>Ends Janus: SIGTERM, and SIGKILL when it has not left within <see cref="JanusOptions.StopTimeout"/>.</summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        await stopping.CancelAsync();
        await watching;
        var last = Interlocked.Exchange(ref running, null);
        if (last is null) return;
        await EndAsync(last.Host);
        last.Child?.Dispose();
        File.Delete(folders!.NodeFile);
        Died?.Invoke(last.Address.Incarnation);
    }

    /// <summary>Stops watching; Janus itself keeps running unless <see cref="StopAsync"/> came first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!stopping.IsCancellationRequested) await stopping.CancelAsync();
        await watching;
        Volatile.Read(ref running)?.Child?.Dispose();
    }

    void Announce(Running started)
    {
        Volatile.Write(ref running, started);
        Log.Runs(log, started.Host.Pid, started.Address.WebSocket, started.Child is null);
        Started?.Invoke(started.Address);
    }

    async Task<Running?> AdoptAsync(MediaFolders at, CancellationToken ct)
    {
        if (JanusNodeFile.Read(at.NodeFile) is not { } known) return null;
        var host = new HostProcess(known.Pid, known.PidStartTime);
        if (!host.Lives) return null;
        var address = AddressOf(known, at);
        if (await AnswersAsync(address, ct)) return new(host, null, address);
        Log.Ends(log, host.Pid);
        await EndAsync(host);
        return null;
    }

    async Task<Running> LaunchAsync(MediaFolders at, CancellationToken ct)
    {
        // One that was started, and not yet written down when its Balie was killed: nobody has its secrets, and it holds ports and files.
        foreach (var lost in HostProcess.StartedWith(at.Configuration))
        {
            Log.Ends(log, lost.Pid);
            await EndAsync(lost);
        }

        var left = RecordingFiles.Sweep(at.Recordings);
        if (left > 0) Log.Swept(log, left);
        var port = options.ApiPort == 0 ? HostAddress.FreeLoopbackPort() : options.ApiPort;
        var node = JanusNodeFile.Fresh(options.Node, port, options.MediaAddress ?? HostAddress.FindForMedia());
        JanusConfiguration.Write(at.Configuration, options, node);
        var unprivileged = HostProcess.RunsAsRoot;
        if (unprivileged)
            foreach (var file in Directory.EnumerateFiles(at.Configuration)) FileOwner.Give(file, options.UnprivilegedUser);

        var child = Process.Start(Command(at, unprivileged)) ?? throw new MediaUnavailableException("Janus could not be started");
        var host = HostProcess.Find(child.Id) ?? throw new MediaUnavailableException($"Janus ended at once; see {at.Log}");
        (node with { Pid = host.Pid, PidStartTime = host.StartTime }).Write(at.NodeFile);
        var address = AddressOf(node, at);
        try
        {
            await UntilAnswersAsync(address, host, at, ct);
            return new(host, child, address);
        }
        catch
        {
            await EndAsync(host);
            child.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A session of its own, so that Ctrl-C in Balie's terminal does not reach it; output into its own log, so that it
    /// neither holds Balie's output open nor dies with it. Each step replaces the former: the process number stays.
    /// </summary>
    ProcessStartInfo Command(MediaFolders at, bool unprivileged)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        var words = new List<string> { "-c", "exec \"$@\" </dev/null >>\"$JANUS_LOG\" 2>&1", "sh", "setsid" };
        if (unprivileged)
        {
            var user = options.UnprivilegedUser.ToString(System.Globalization.CultureInfo.InvariantCulture);
            words.AddRange(["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]);
        }
        words.AddRange([options.Executable, "--disable-colors", "-F", at.Configuration]);
        foreach (var word in words) start.ArgumentList.Add(word);
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["JANUS_LOG"] = Path.Combine(at.Log, "janus.log");
        return start;
    }

    async Task UntilAnswersAsync(MediaNodeAddress address, HostProcess host, MediaFolders at, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.StartTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var timer = new PeriodicTimer(Poll, time);
        try
        {
            while (!await AnswersAsync(address, both.Token))
            {
                if (!host.Lives) throw new MediaUnavailableException($"Janus ended while starting; see {at.Log}");
                await timer.WaitForNextTickAsync(both.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new MediaUnavailableException($"Janus did not answer within {options.StartTimeout.TotalSeconds} s; see {at.Log}");
        }
    }

    static async Task<bool> AnswersAsync(MediaNodeAddress address, CancellationToken ct)
    {
        try
        {
            return await JanusClient.AnswersAsync(address, ct);
        }
        catch (Exception error) when (error is WebSocketException or MediaException)
        {
            // Refused or closed: it is not there (yet). The caller decides how long that is acceptable.
            return false;
        }
    }

    async Task WatchAsync(CancellationToken ct)
    {
        var backoff = TimeSpan.Zero;
        try
        {
            while (true)
            {
                var since = time.GetTimestamp();
                if (Volatile.Read(ref running) is { } now)
                {
                    await UntilGoneAsync(now, ct);
                    Volatile.Write(ref running, null);
                    now.Child?.Dispose();
                    Log.Gone(log, now.Host.Pid);
                    Died?.Invoke(now.Address.Incarnation);
                }
                // People in a call wait for the first restart; one that ends again and again must not take the machine.
                backoff = time.GetElapsedTime(since) > Healthy ? TimeSpan.Zero : backoff;
                await Task.Delay(backoff, time, ct);
                backoff = TimeSpan.FromTicks(Math.Clamp(backoff.Ticks * 2, ShortestBackoff.Ticks, LongestBackoff.Ticks));
                await RestartAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Balie is stopping; StopAsync takes over.
        }
    }

    async Task RestartAsync(CancellationToken ct)
    {
        try
        {
            Announce(await LaunchAsync(folders!, ct));
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            Log.NotStarted(log, error);
        }
    }

    async Task UntilGoneAsync(Running now, CancellationToken ct)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var health = EndWhenSilentAsync(now, gone.Token);
        try
        {
            if (now.Child is not null) await now.Child.WaitForExitAsync(ct);
            else await UntilEndedAsync(now.Host, ct);
        }
        finally
        {
            await gone.CancelAsync();
            await health;
        }
    }

    /// <summary>An adopted Janus is not our child: nobody tells us when it ends.</summary>
    async Task UntilEndedAsync(HostProcess host, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(AdoptedPoll, time);
        while (host.Lives) await timer.WaitForNextTickAsync(ct);
    }

    /// <summary>A process that lives but hangs helps nobody: people are better off with another one.</summary>
    async Task EndWhenSilentAsync(Running now, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.HealthInterval, time);
        try
        {
            for (var silent = 0; silent < 2;)
            {
                await timer.WaitForNextTickAsync(ct);
                using var limit = new CancellationTokenSource(options.HealthInterval, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
                silent = await AnswersInTimeAsync(now.Address, either.Token) ? 0 : silent + 1;
                ct.ThrowIfCancellationRequested();
            }
            Log.Ends(log, now.Host.Pid);
            now.Host.Signal(HostProcess.Kill);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // It has ended, or Balie is stopping.
        }
    }

    static async Task<bool> AnswersInTimeAsync(MediaNodeAddress address, CancellationToken limit)
    {
        try
        {
            return await AnswersAsync(address, limit);
        }
        catch (OperationCanceledException)
        {
            // Too late is as bad as not at all.
            return false;
        }
    }

    async Task EndAsync(HostProcess host)
    {
        host.Signal(HostProcess.Terminate);
        using var timer = new PeriodicTimer(Poll, time);
        var since = time.GetTimestamp();
        while (host.Lives && time.GetElapsedTime(since) < options.StopTimeout) await timer.WaitForNextTickAsync();
        host.Signal(HostProcess.Kill);
        while (host.Lives) await timer.WaitForNextTickAsync();
    }

    MediaNodeAddress AddressOf(JanusNodeFile node, MediaFolders at) =>
        new(new UriBuilder("ws", options.ApiAddress, node.Port).Uri, node.ApiSecret, node.AdminKey, node.Incarnation, at.Recordings);
}
