using System.Collections.Concurrent;
using System.Diagnostics;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Bench;

/// <summary>The view that is said, on both sides.</summary>
internal static class Saying
{
    public static readonly string Text = new('x', 400);

    public static DossierView View(long version)
    {
        var section = new ReportSectionView { Section = "feiten", Heading = "De feiten", Text = $"{Text}{version}", Version = (int)version, CallSecond = 60, SavedAt = DateTimeOffset.UtcNow };
        return new DossierView { Version = version, Documents = [], Report = new ReportView(false, [section]) };
    }
}

/// <summary>Ours: a section of the report is saved, in each visit by one hand.</summary>
internal sealed class Saving(LiveStage stage)
{
    private readonly Dictionary<string, long> _last = stage.Visits.ToDictionary(v => v, _ => 0L);
    private readonly ConcurrentDictionary<(string, long), long> _due = new();

    public IReadOnlyList<string> Visits => stage.Visits;

    public long Last(string visit)
    {
        lock (_last) return _last[visit];
    }

    public long DueAt(string visit, long version) => _due.GetValueOrDefault((visit, version));

    /// <summary>The version that was committed.</summary>
    /// <param name="due">A <see cref="Stopwatch"/>'s moment.</param>
    public async Task<long> SayAsync(string visit, CancellationToken ct, long due = 0)
    {
        var based = Last(visit);
        if (due != 0) _due[(visit, based + 1)] = due;
        await stage.Grain<IDossierGrain>(visit).SaveSection(new SaveSection { CommandId = Guid.NewGuid(), Section = "feiten", Text = $"{Saying.Text}{based}", BasedOn = (int)based, CallSecond = 60 }, ct);
        lock (_last) return _last[visit] = based + 1;
    }
}

/// <summary>Ours without the commit: what a room hands to the live feed after it.</summary>
internal sealed class Feeding(LiveStage stage)
{
    public const string Room = "feeding";
    private readonly ConcurrentDictionary<string, long> _versions = new();

    public async Task<long> SayAsync(string visit)
    {
        var version = _versions.AddOrUpdate(visit, 1, (_, v) => v + 1);
        BenchSilo.Be(Caller.System(BenchSilo.Tenant, "live"));
        await stage.Grain<ILiveFeedGrain>(visit).Tell(new LiveUpdate { Room = Room, Version = version, View = Saying.View(version) });
        return version;
    }
}

/// <summary>The floor.</summary>
internal sealed class BareTelling(WebApplication bare)
{
    private readonly BareTeller _teller = bare.Services.GetRequiredService<BareTeller>();
    private readonly ConcurrentDictionary<string, long> _versions = new();

    public async Task<long> SayAsync(string visit)
    {
        var version = _versions.AddOrUpdate(visit, 1, (_, v) => v + 1);
        await _teller.TellAsync(visit, Saying.View(version));
        return version;
    }
}
