using System.Text.Json.Nodes;

namespace Balie.Chaos.Clients;

/// <summary>A member of staff at a browser of their own, in one visit. Owns its browser.</summary>
public sealed class Officer(Browser browser, string tenant, string person, string name) : IAsyncDisposable
{
    private string _visit = "";
    private LiveView? _live;

    public Browser Browser => browser;

    public string Name => name;

    public string Root => $"/api/{tenant}/visits/{_visit}";

    public LiveView Live => _live ?? throw new InvalidOperationException("Not in a visit yet.");

    public Task LogInAsync() => Login.StaffAsync(browser, tenant, person);

    public void Open(string visit)
    {
        _visit = visit;
        _live = new LiveView(browser, tenant, visit);
    }

    public Task<JsonNode?> PostAsync(string path, string what, object? body = null, bool twice = false) =>
        browser.CommandAsync(HttpMethod.Post, $"{Root}/{path}", what, body ?? new { }, twice);

    public Task ArriveAsync() => PostAsync("call/arrive", "arrive", new { Camera = true, Microphone = true });

    public Task AdmitAsync(string participant, string session) => PostAsync("call/admit", "admit", new { Participant = participant, Session = session }, twice: true);

    public Task AskIdentityAsync(string participant) => PostAsync("identity/request", "ask-identity", new { Participant = participant });

    public Task ConfirmIdentityAsync(string participant) => PostAsync("identity/decide", "confirm-identity", new
    {
        Participant = participant,
        Confirmed = true,
        Checks = new[] { "face-matches", "name-matches", "purpose-stated", "free-will" },
        Reason = "Naam op de kaart verschilt van de naam bij het boeken.",
    });

    public Task RevealAsync(string participant) => PostAsync("identity/reveal", "reveal", new { Participant = participant });

    public Task ShowAsync(string? document, int page) => PostAsync("documents/show", document is null ? "show-end" : "show", new { Document = document, Page = page });

    public Task<JsonNode?> SaveAsync(string section, string text, int basedOn) =>
        browser.CommandAsync(HttpMethod.Put, $"{Root}/report/{section}", "report", new { Text = text, BasedOn = basedOn, CallSecond = 60 });

    public Task SignAsync(string sha256) =>
        PostAsync("signing/sign", "sign", new { Sha256 = sha256, Means = "typed", TypedName = name, StatementVersion = "nl-1" });

    public Task CloseAsync() => PostAsync("close", "close", new { Outcome = "gehoord", Note = "Dossier is volledig.", DoneInOneGo = true }, twice: true);

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync();
        browser.Dispose();
    }
}
