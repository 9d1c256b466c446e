using System.Text.Json.Nodes;

namespace Balie.Chaos.Clients;

/// <summary>A moment that may be booked.</summary>
public sealed record Moment(string Product, DateTimeOffset Start);

/// <summary>
/// Somebody who books, or follows a link into a visit: each step is one request of the page's. Owns its browser; the live view exists once the link was
/// exchanged.
/// </summary>
public sealed class Citizen(Browser browser, string tenant) : IAsyncDisposable
{
    private string _visit = "";
    private LiveView? _live;

    public Browser Browser => browser;

    /// <summary>Participant id, once the link was exchanged.</summary>
    public string Id => browser.Participant ?? "";

    public string Visit => _visit;

    public string Root => $"/api/{tenant}/visits/{_visit}";

    public LiveView Live => _live ?? throw new InvalidOperationException("Not in a visit yet.");

    public async Task<IReadOnlyList<Moment>> FindAsync(string product, int days)
    {
        var offer = await browser.ReadAsync($"/api/{tenant}/products/{product}/slots?days={days}");
        return [.. offer!["days"]!.AsArray().SelectMany(d => d!["slots"]!.AsArray()).Select(s => new Moment(product, s!["start"]!.GetValue<DateTimeOffset>()))];
    }

    /// <summary>The hold's id; null when somebody else was first.</summary>
    public async Task<string?> HoldAsync(Moment moment, bool twice = false)
    {
        try
        {
            var hold = await browser.CommandAsync(HttpMethod.Post, $"/api/{tenant}/holds", "hold", new { moment.Product, moment.Start }, twice);
            return hold!["hold"]!.GetValue<string>();
        }
        catch (RefusedException refused) when (refused.Code == "slot.taken")
        {
            return null;
        }
    }

    public Task ReleaseAsync(string hold) => browser.CommandAsync(HttpMethod.Delete, $"/api/{tenant}/holds/{hold}", "release", null);

    /// <summary>The visit's id.</summary>
    public async Task<string> ConfirmAsync(string hold, string name, string email, string? helperEmail = null, bool twice = false)
    {
        var helper = helperEmail is null ? null : new { Role = "helper", Name = "Aisha Benali", Email = helperEmail };
        var details = new { Name = name, Email = email, Language = "nl", PostalCode = "2990", Companion = helper, Question = "Waarom kreeg ik deze boete?" };
        var receipt = await browser.CommandAsync(HttpMethod.Post, $"/api/{tenant}/holds/{hold}/confirm", "book", details, twice);
        return receipt!["visit"]!.GetValue<string>();
    }

    /// <summary>Trades the personal link for a cookie, and from then on watches the visit.</summary>
    public async Task FollowAsync(string link)
    {
        var fragment = link[(link.IndexOf('#') + 1)..];
        _visit = fragment[..fragment.IndexOf('.')];
        var seat = await browser.CommandAsync(HttpMethod.Post, $"{Root}/exchange", "exchange", new { Token = fragment[(fragment.IndexOf('.') + 1)..] });
        browser.Participant = seat!["participant"]!.GetValue<string>();
        _live = new LiveView(browser, tenant, _visit);
    }

    public Task<JsonNode?> PostAsync(string path, string what, object? body = null, bool twice = false) =>
        browser.CommandAsync(HttpMethod.Post, $"{Root}/{path}", what, body ?? new { }, twice);

    public Task ArriveAsync() => PostAsync("call/arrive", "arrive", new { Camera = true, Microphone = true });

    public Task SetPresenceAsync(bool camera) => PostAsync("call/presence", "presence", new { Microphone = true, Camera = camera, Identifying = false });

    public Task<JsonNode?> UploadAsync(string name, byte[] file) => browser.UploadAsync($"{Root}/documents", "upload", name, file);

    /// <summary>The document's bytes, as the viewer asks for them.</summary>
    public Task<byte[]> ReadDocumentAsync(string document) => browser.DownloadAsync($"{Root}/documents/{document}/content?as={Id}");

    public Task SignAsync(string sha256, string name) =>
        PostAsync("signing/sign", "sign", new { Sha256 = sha256, Means = "typed", TypedName = name, StatementVersion = "nl-1" });

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync();
        browser.Dispose();
    }
}
