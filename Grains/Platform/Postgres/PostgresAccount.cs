using System.Diagnostics;

namespace Balie.Grains.Platform;

/// <summary>
/// The system user that PostgreSQL's programs run as: this process's own, or, for root, <c>postgres</c>. That user may have to walk through folders that
/// only root may read, so it keeps the right to search folders (CAP_DAC_READ_SEARCH) and nothing else.
/// </summary>
internal sealed class PostgresAccount
{
    private const string User = "postgres";
    private readonly bool _switches;

    private PostgresAccount(bool switches) => _switches = switches;

    public static async Task<PostgresAccount> OfThisProcessAsync(CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess) return new PostgresAccount(false);
        var (code, _) = await ExecuteAsync("id", [User], ct);
        return code == 0 ? new PostgresAccount(true) : throw new PrivatePostgresException($"PostgreSQL does not run as root and there is no user {User}. Install the package postgresql, or run Balie as an ordinary user.");
    }

    public Task<(int Code, string Output)> RunAsync(string program, string[] arguments, CancellationToken ct) => _switches
        ? ExecuteAsync("setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--", program, .. arguments], ct)
        : ExecuteAsync(program, arguments, ct);

    /// <summary>A folder that only this account may enter.</summary>
    public async Task MakeFolderAsync(string folder, CancellationToken ct)
    {
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await OwnAsync(folder, "0700", ct);
    }

    /// <summary>A file that only this account may read, replaced as a whole.</summary>
    public async Task WriteFileAsync(string file, string content, CancellationToken ct)
    {
        var next = file + ".next";
        await using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        await using (var writer = new StreamWriter(stream))
        {
            await writer.WriteLineAsync(content.AsMemory(), ct);
        }

        await OwnAsync(next, "0600", ct);
        File.Move(next, file, overwrite: true);
    }

    private async Task OwnAsync(string path, string mode, CancellationToken ct)
    {
        if (_switches) await DoAsync("chown", [User, path], ct);
        await DoAsync("chmod", [mode, path], ct);
    }

    private static async Task DoAsync(string program, string[] arguments, CancellationToken ct)
    {
        var (code, output) = await ExecuteAsync(program, arguments, ct);
        if (code != 0) throw new PrivatePostgresException($"{program} {string.Join(' ', arguments)}: {output}");
    }

    private static async Task<(int Code, string Output)> ExecuteAsync(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start) ?? throw new PrivatePostgresException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, $"{await output}{await errors}".Trim());
    }
}
