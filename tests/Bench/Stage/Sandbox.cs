using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Balie.Bench;

/// <summary>The stand-ins beside a published Balie as <c>deploy/up</c> runs them: logins and a mailbox.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly int _smtpPort;
    private readonly Uri _address;

    private SandboxProcess(Process process, int port, int smtpPort)
    {
        (_process, _smtpPort, _address) = (process, smtpPort, new Uri($"http://localhost:{port}/"));
        _http = new HttpClient { BaseAddress = _address };
    }

    /// <summary>What Balie must be told to use it.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Balie__Oidc__Staff__Authority"] = $"{_address}op",
        ["Balie__Oidc__Staff__ClientId"] = "balie-staff",
        ["Balie__Oidc__Staff__ClientSecret"] = "oefen-geheim-staff",
        ["Balie__Oidc__Citizen__Authority"] = $"{_address}op",
        ["Balie__Oidc__Citizen__ClientId"] = "balie-burger",
        ["Balie__Oidc__Citizen__ClientSecret"] = "oefen-geheim-burger",
        ["Balie__Smtp__Host"] = "localhost",
        ["Balie__Smtp__Port"] = $"{_smtpPort}",
    };

    public static async Task<SandboxProcess> StartAsync(string data, Uri balie, CancellationToken ct)
    {
        var (port, smtp) = (BalieProcess.FreePort(), BalieProcess.FreePort());
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(BalieProcess.Root, "artifacts/sandbox/Balie.Sandbox.dll"), "--port", $"{port}", "--smtp-port", $"{smtp}", "--data", Path.Combine(data, "sandbox"),
            "--balie", balie.ToString().TrimEnd('/'), "--seals", Path.Combine(data, "seals"),
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var sandbox = new SandboxProcess(process, port, smtp);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            if (await BalieProcess.AnswersAsync(process, new Uri(sandbox._address, "health"), ct)) return sandbox;
            throw new InvalidOperationException("The sandbox did not start.");
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>The personal link in the mail that somebody gets.</summary>
    public async Task<string> VisitLinkAsync(string email, CancellationToken ct)
    {
        var mails = await _http.GetFromJsonAsync<JsonElement>($"mail/api/messages?to={Uri.EscapeDataString(email)}&wait=30", ct);
        var mail = await _http.GetFromJsonAsync<JsonElement>($"mail/api/messages/{mails[0].GetProperty("id").GetString()}", ct);
        return mail.GetProperty("links").EnumerateArray().Select(link => link.ValueKind == JsonValueKind.String ? link.GetString()! : link.GetProperty("href").GetString()!)
            .First(link => link.Contains("/bezoek#", StringComparison.Ordinal));
    }

    /// <summary>SIGTERM, and waits until it left.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await BalieProcess.TerminateAsync(_process);
    }
}
