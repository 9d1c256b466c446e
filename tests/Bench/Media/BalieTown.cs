using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>The published Balie and the sandbox beside it, as <c>deploy/up</c> runs them, with an officer who is logged in; books visits over the doors that pages use.</summary>
internal sealed class BalieTown : IAsyncDisposable
{
    private const string Tenant = "zonnedaal", Product = "vereniging";

    /// <summary>Days ahead in which the waiting room of the example municipality is already open.</summary>
    private const int OpenDays = 6;

    private static int _visitors;

    private readonly MediaStage _stage;
    private readonly SandboxProcess _sandbox;
    private readonly HttpClient _http;
    private IBrowserContext? _desk;

    private BalieTown(MediaStage stage, SandboxProcess sandbox, BalieProcess balie)
    {
        (_stage, _sandbox, Balie) = (stage, sandbox, balie);
        _http = new HttpClient { BaseAddress = balie.Address };
        _http.DefaultRequestHeaders.Add("Balie-Request", "1");
    }

    public BalieProcess Balie { get; private set; }

    private string Data => Path.Combine(_stage.Folder, "town");

    /// <summary>Process number of Balie's Janus.</summary>
    public int JanusPid
    {
        get
        {
            using var node = JsonDocument.Parse(File.ReadAllText(Path.Combine(Balie.Data, "balie", "media", "node.json")));
            return node.RootElement.GetProperty("Pid").GetInt32();
        }
    }

    /// <summary>Process number of Balie's PostgreSQL.</summary>
    public int PostgresPid => int.Parse(File.ReadLines(Path.Combine(Balie.Data, "balie", "postgres", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="settings">More of Balie's environment.</param>
    public static async Task<BalieTown> StartAsync(MediaStage stage, CancellationToken ct, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        await BalieProcess.PublishAsync(ct);
        var data = Directory.CreateDirectory(Path.Combine(stage.Folder, "town"), (UnixFileMode)0b111_101_101).FullName;
        var port = BalieProcess.FreePort();
        var sandbox = await SandboxProcess.StartAsync(data, new Uri($"http://localhost:{port}"), ct);
        try
        {
            var (balie, _) = await BalieProcess.StartAsync(data, ct, new Dictionary<string, string>([.. sandbox.Settings, .. settings]), port);
            return new BalieTown(stage, sandbox, balie);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>A fresh visit: booked, the citizen in the waiting room with devices tried, the officer in the call.</summary>
    public async Task<ICall> PrepareAsync(CancellationToken ct)
    {
        var (name, visit, link) = await BookAsync(ct);
        var desk = _desk ??= await LogInAsync();
        var citizen = await _stage.OpenAsync("citizen");
        var call = new BalieCall(citizen, await desk.NewPageAsync(), await citizen.NewPageAsync(), name);
        await call.ArriveAsync(link);
        await call.StartAsync(new Uri(Balie.Address, $"{Tenant}/balie/bezoek/{visit}"));
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Balie.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    private async Task<(string Name, string Visit, string Link)> BookAsync(CancellationToken ct)
    {
        var number = Interlocked.Increment(ref _visitors);
        var (name, email) = ($"Gerrit Maes {number}", $"gerrit{number}@voorbeeld.example");
        var offer = await _http.GetFromJsonAsync<JsonElement>($"/api/{Tenant}/products/{Product}/slots?days={OpenDays}", ct);
        var start = offer.GetProperty("days").EnumerateArray().SelectMany(day => day.GetProperty("slots").EnumerateArray()).First().GetProperty("start").GetString();
        var hold = (await CommandAsync($"/api/{Tenant}/holds", new { Product, Start = start }, ct)).GetProperty("hold").GetString();
        var receipt = await CommandAsync($"/api/{Tenant}/holds/{hold}/confirm", new { Name = name, Email = email, Language = "nl", PostalCode = "2990", Question = "Hoe vraag ik een toelage?" }, ct);
        return (name, receipt.GetProperty("visit").GetString()!, await _sandbox.VisitLinkAsync(email, ct));
    }

    private async Task<JsonElement> CommandAsync(string path, object body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Balie-Command-Id", Guid.NewGuid().ToString());
        using var answer = await _http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    private async Task<IBrowserContext> LogInAsync()
    {
        var desk = await _stage.OpenAsync("officer");
        var page = await desk.NewPageAsync();
        await page.GotoAsync(new Uri(Balie.Address, $"{Tenant}/balie").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Aanmelden als medewerker" }).ClickAsync();
        await page.Locator("#kies-an-eid").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Agenda en wachtkamer" }).WaitForAsync();
        await page.CloseAsync();
        return desk;
    }
}
