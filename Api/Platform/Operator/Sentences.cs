using System.Collections.Immutable;
using System.Globalization;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform.Operator;

public enum Level
{
    Fine = 0,
    Attention = 1,
    Broken = 2,
}

/// <param name="Runbook">Name of the runbook that says what to do; null when there is nothing to do.</param>
public sealed record Sentence(Level Level, string Text, string? Runbook = null);

/// <summary>Says in plain Dutch how the cluster fares, what is wrong first. Pure.</summary>
public static class Sentences
{
    /// <summary>A process that was silent for this long is lost: three reports of ten seconds.</summary>
    public static TimeSpan Silent { get; } = TimeSpan.FromSeconds(35);

    public const double LateSeconds = 60, SealSeconds = 180, WaitSeconds = 900, BusyCore = 0.8, LittleDisk = 5e9, NoDisk = 5e8;

    private static readonly CultureInfo Dutch = CultureInfo.GetCultureInfo("nl-BE");

    public static ImmutableArray<Sentence> Of(ClusterHealth health)
    {
        IEnumerable<Sentence> all = health.DatabaseMilliseconds is null
            ? [new(Level.Broken, "De databank antwoordt niet. Gesprekken lopen door; wat mensen indienen wordt opnieuw geprobeerd tot ze terug is.", "postgresql"), Silos(health)]
            : [Database(health), Silos(health), .. health.Nodes.SelectMany(n => Node(n, health.At)), .. Media(health), .. Calls(health), .. Outbox(health), .. health.Dead.Select(Dead), Seal(health)];
        return [.. all.OrderByDescending(s => s.Level)];
    }

    private static Sentence Database(ClusterHealth health) => new(Level.Fine, $"De databank antwoordt in {Number(health.DatabaseMilliseconds!.Value)} ms.");

    private static Sentence Silos(ClusterHealth health) => new(
        health.ActiveSilos > 0 ? Level.Fine : Level.Broken,
        health.ActiveSilos == 1 ? "Er is 1 knooppunt met kamers actief." : $"Er zijn {health.ActiveSilos} knooppunten met kamers actief.",
        health.ActiveSilos > 0 ? null : "balie");

    private static IEnumerable<Sentence> Node(NodeHealth node, DateTimeOffset now)
    {
        var what = $"{node.Name} ({node.Roles})";
        if (now - node.SeenAt > Silent)
        {
            yield return new(Level.Broken, $"{what} zwijgt al {Duration(now - node.SeenAt)}.", node.Roles.Contains("media", StringComparison.Ordinal) ? "media" : "balie");
            yield break;
        }

        yield return new(Level.Fine, $"{what} draait {Duration(now - node.StartedAt)} en gebruikt {Bytes(Of(node, "balie.process.memory"))}.");
        var disk = Of(node, "balie.disk.free");
        if (disk is { } free)
            yield return new(free < NoDisk ? Level.Broken : free < LittleDisk ? Level.Attention : Level.Fine, $"Op {node.Name} is nog {Bytes(free)} schijf vrij.", free < LittleDisk ? "schijf" : null);
    }

    private static IEnumerable<Sentence> Media(ClusterHealth health)
    {
        var nodes = Alive(health).Where(n => Of(n, "balie.media.up") is not null).ToList();
        if (nodes.Count == 0)
        {
            yield return new(Level.Broken, "Geen enkel knooppunt relayeert beeld en geluid.", "media");
            yield break;
        }

        foreach (var node in nodes)
        {
            var load = Of(node, "balie.media.load") ?? 0;
            yield return Of(node, "balie.media.up") == 0
                ? new(Level.Broken, $"De mediaserver van {node.Name} draait niet.", "media")
                : new(load > BusyCore ? Level.Attention : Level.Fine, $"De mediaserver van {node.Name} draait en gebruikt {load.ToString("P0", Dutch)} van een kern.", load > BusyCore ? "media-vol" : null);
        }
    }

    private static IEnumerable<Sentence> Calls(ClusterHealth health)
    {
        var (running, tenants, waiting, longest) = (Of(health, "balie.calls.running"), Of(health, "balie.calls.tenants"), Of(health, "balie.calls.waiting"), Of(health, "balie.calls.longest-wait"));
        yield return new(Level.Fine, running == 0 ? "Er loopt geen gesprek." : $"Er {Plural(running, "loopt", "lopen")} {running} {Plural(running, "gesprek", "gesprekken")} in {tenants} {Plural(tenants, "gemeente", "gemeenten")}.");
        if (waiting > 0)
            yield return new(longest > WaitSeconds ? Level.Attention : Level.Fine, $"{waiting} {Plural(waiting, "persoon wacht", "mensen wachten")}; wie het langst wacht, wacht {Duration(TimeSpan.FromSeconds(longest))}.", longest > WaitSeconds ? "wachtrij" : null);
    }

    private static IEnumerable<Sentence> Outbox(ClusterHealth health)
    {
        var (due, oldest) = (Of(health, "balie.outbox.due"), Of(health, "balie.outbox.oldest"));
        yield return due == 0
            ? new(Level.Fine, "Alle uitgaande berichten zijn weg.")
            : new(oldest > LateSeconds ? Level.Attention : Level.Fine, $"{due} uitgaande {Plural(due, "bericht wacht", "berichten wachten")}; het oudste {Duration(TimeSpan.FromSeconds(oldest))}.", oldest > LateSeconds ? "uitgaand" : null);
    }

    private static Sentence Dead(DeadLetters dead) => new(
        Level.Attention,
        $"{dead.Count} {Plural(dead.Count, "bericht", "berichten")} van soort {dead.Kind} {Plural(dead.Count, "is", "zijn")} opgegeven{(dead.Reason is null ? "" : $" ({dead.Reason})")}.",
        "opgegeven");

    private static Sentence Seal(ClusterHealth health)
    {
        var lags = Alive(health).Select(n => Of(n, "balie.audit.lag")).OfType<double>().ToList();
        if (lags.Count == 0) return new(Level.Broken, "Niemand verzegelt het journaal.", "zegel");
        var lag = lags.Min();
        return new(lag > SealSeconds ? Level.Attention : Level.Fine, $"Het journaal is {Ago(TimeSpan.FromSeconds(lag))} verzegeld.", lag > SealSeconds ? "zegel" : null);
    }

    private static IEnumerable<NodeHealth> Alive(ClusterHealth health) => health.Nodes.Where(n => health.At - n.SeenAt <= Silent);

    private static double Of(ClusterHealth health, string name) => health.Figures.FirstOrDefault(f => f.Name == name)?.Value ?? 0;

    private static double? Of(NodeHealth node, string name) => node.Figures.FirstOrDefault(f => f.Name == name)?.Value;

    private static string Plural(double count, string one, string more) => count == 1 ? one : more;

    private static string Number(double value) => Math.Max(1, Math.Round(value)).ToString("N0", Dutch);

    private static string Bytes(double? value) => value switch
    {
        null => "een onbekende hoeveelheid geheugen",
        >= 1e9 => $"{(value.Value / 1e9).ToString("N1", Dutch)} GB",
        _ => $"{(value.Value / 1e6).ToString("N0", Dutch)} MB",
    };

    private static string Ago(TimeSpan span) => $"{Duration(span)} geleden";

    private static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => $"{Math.Max(0, Math.Round(span.TotalSeconds)):0} seconden",
        { TotalMinutes: < 90 } => $"{Math.Round(span.TotalMinutes):0} minuten",
        { TotalHours: < 36 } => $"{Math.Round(span.TotalHours):0} uur",
        _ => $"{Math.Round(span.TotalDays):0} dagen",
    };
}
