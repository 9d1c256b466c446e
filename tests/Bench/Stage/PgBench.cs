using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Balie.Bench;

/// <summary>PostgreSQL's own load program on the bench's database, with prepared statements.</summary>
internal sealed partial class PgBench(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _to = new(connectionString);
    private int _run;

    /// <summary>Transactions a second. In the script <c>:run</c> tells one run from another, <c>:client_id</c> one connection from another; <c>:v</c> starts at 0.</summary>
    public async Task<double> RunAsync(string script, int connections, TimeSpan time, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, ct);
            var (code, output) = await StartAsync(
            [
                "-n", "-M", "prepared", "-c", Text(connections), "-j", Text(Math.Min(connections, 2)), "-T", Text((int)Math.Ceiling(time.TotalSeconds)), "-D", $"run={Text(++_run)}", "-D", "v=0",
                "-f", file, "-h", _to.Host!, "-p", Text(_to.Port), "-U", _to.Username!, _to.Database!,
            ], ct);
            var found = Tps().Match(output);
            if (code != 0 || !found.Success) throw new InvalidOperationException($"pgbench ended with code {code}: {output}");
            return double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<(int Code, string Output)> StartAsync(string[] arguments, CancellationToken ct)
    {
        var program = Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin/pgbench")).Where(File.Exists).Max() ?? throw new InvalidOperationException("pgbench is not here; it comes with the package postgresql.");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = _to.Password;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output + await errors);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([\d.]+) \(without initial")]
    private static partial Regex Tps();
}
