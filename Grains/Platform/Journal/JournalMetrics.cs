using System.Diagnostics.Metrics;

namespace Balie.Grains.Platform;

/// <summary>Meter <c>Balie.Journal</c>: <c>balie.journal.append</c> (seconds from asking to the answer after the commit) and <c>balie.journal.group</c> (writes that one transaction committed).</summary>
public static class JournalMetrics
{
    public const string MeterName = "Balie.Journal";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Histogram<double> Append = Meter.CreateHistogram<double>("balie.journal.append", "s", "From asking for a write to its answer after the commit.");
    private static readonly Histogram<int> Group = Meter.CreateHistogram<int>("balie.journal.group", "{write}", "Writes that one transaction committed.");

    internal static void Appended(TimeSpan took) => Append.Record(took.TotalSeconds);

    internal static void Committed(int writes) => Group.Record(writes);
}
