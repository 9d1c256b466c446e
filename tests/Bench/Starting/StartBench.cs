namespace Balie.Bench;

/// <summary>How long a start takes, from the process to ready.</summary>
internal sealed class StartBench : IBench
{
    public string Name => "start";

    public string About => "cold start to ready after build, with empty data and with data";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await BalieProcess.PublishAsync(ct);
        var (empty, filled) = (new List<double>(), new List<double>());
        for (var run = 0; run < Figures.Runs; run++)
        {
            var data = BalieProcess.NewFolder();
            try
            {
                foreach (var times in new[] { empty, filled })
                {
                    var (balie, took) = await BalieProcess.StartAsync(data, ct);
                    times.Add(took.TotalSeconds);
                    await balie.DisposeAsync();
                }
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        }

        const string conditions = "published output, from the start of the process until /health/ready answers 200; own PostgreSQL (fsync on) and own Janus, two example municipalities";
        return
        [
            Row.Budget("start, empty data", "s", empty, Target.AtMost(6), $"{conditions}; initdb, migrations and settings included", "Balie's process alone takes about four seconds of a core; initdb, PostgreSQL and Janus come on top"),
            Row.Budget("start, with data", "s", filled, Target.AtMost(4), $"{conditions}; the data of the first start, after SIGTERM", "Balie's process alone takes about four seconds of a core; PostgreSQL and Janus come on top"),
        ];
    }
}
