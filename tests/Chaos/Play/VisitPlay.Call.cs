using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Balie.Chaos.Clients;

namespace Balie.Chaos.Play;

/// <content>What happens in the call, and after it.</content>
public sealed partial class VisitPlay
{
    private static readonly string[] Sections = ["feiten", "verweer", "stukken", "besluit"];

    private async Task ProveIdentityAsync()
    {
        await _officer.AskIdentityAsync(_citizen.Id);
        await _citizen.Live.WaitAsync("the question who they are", s => Identity(s) is "asked" or "loggingIn" or "proven");
        var until = DateTimeOffset.UtcNow + _town.Patience;
        while (!await Login.CitizenAsync(_citizen.Browser, Town.Tenant, Visit, _citizen.Id, "gerrit"))
        {
            // The window said "try again", or did not open; what came of it may still be that it worked.
            if (_citizen.Live.Now is { } now && Identity(now) == "proven") break;
            if (DateTimeOffset.UtcNow > until) throw new StuckException("the citizen's login did not work");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        await _officer.Live.WaitAsync("a proven identity", s => Identity(s) == "proven");
        await _officer.ConfirmIdentityAsync(_citizen.Id);
        await _citizen.Live.WaitAsync("a confirmed identity", s => Identity(s) == "confirmed");
    }

    private string? Identity(JsonObject snapshot) =>
        snapshot["identity"]!["checks"]!.AsArray().FirstOrDefault(c => c!["participant"]!.GetValue<string>() == _citizen.Id)?["status"]?.GetValue<string>();

    private async Task LookAtDocumentsAsync()
    {
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var file = SmallPdf.Of($"Brief {i} van bezoek {Number}", "Tweede bladzijde");
            await ThinkAsync();
            var added = await _citizen.UploadAsync($"brief-{i}.pdf", file);
            var id = added!["id"]!.GetValue<string>();
            await _officer.Live.WaitAsync("the document", s => Document(s, id) is not null);
            foreach (var page in Enumerable.Range(0, _random.Next(1, 4)).Select(n => 1 + (n % 2))) await _officer.ShowAsync(id, page);
            await _citizen.Live.WaitAsync("the page that is shown", s => s["dossier"]!["shared"]?["document"]?.GetValue<string>() == id);
            await _officer.ShowAsync(null, 1);
        }
    }

    private static JsonNode? Document(JsonObject snapshot, string id) =>
        snapshot["dossier"]!["documents"]!.AsArray().FirstOrDefault(d => d!["id"]!.GetValue<string>() == id);

    /// <summary>Half of the people agree. Nobody sends picture or sound, so the segment that opens then stays without tracks; it must close all the same.</summary>
    private async Task ConsentAsync()
    {
        var yes = _random.Next(2) == 0;
        await _officer.PostAsync("recording/ask", "ask-consent");
        var asked = await _citizen.Live.WaitAsync("the question about recording", s => s["recording"]!["asked"]!.GetValue<bool>());
        var text = asked["recording"]!["textVersion"]!.GetValue<string>();
        await ThinkAsync();
        await _citizen.PostAsync("recording/answer", "answer-consent", new { Yes = yes, TextVersion = text });
        if (_helper is not null) await _helper.PostAsync("recording/answer", "answer-consent", new { Yes = yes, TextVersion = text });
        var answer = yes ? "yes" : "no";
        await _officer.Live.WaitAsync($"the {answer}", s => s["recording"]!["consents"]!.AsArray().Any(c =>
            c!["participant"]!.GetValue<string>() == _citizen.Id && c["answer"]!.GetValue<string>() == answer));
        await ThinkAsync();
        await _officer.PostAsync("recording/stop", "stop-recording", twice: true);
        await _officer.Live.WaitAsync("no open segment", s => !s["recording"]!["segmentOpen"]!.GetValue<bool>());
    }

    /// <summary>What no page would send: refused with a reason, and nothing comes of it.</summary>
    private async Task TalkNonsenseAsync()
    {
        await RefusedAsync(() => _officer.SaveAsync("bestaat-niet", "x", 0));
        await RefusedAsync(() => _citizen.PostAsync("call/admit", "nonsense", new { Participant = _citizen.Id, Session = "x" }));
        await RefusedAsync(() => _citizen.PostAsync("signing/sign", "nonsense", new { Sha256 = new string('0', 64), Means = "typed", TypedName = "Iemand Anders", StatementVersion = "nl-1" }));
        await RefusedAsync(() => _citizen.PostAsync("rating", "nonsense", new { Score = "veel" }));
        await RefusedAsync(() => _citizen.UploadAsync("geen.pdf", [.. "%PDF-1.7 maar niet echt"u8]));
        await RefusedAsync(() => _officer.PostAsync("identity/decide", "nonsense", new { Participant = "niemand", Confirmed = true }));
    }

    private async Task WriteReportAsync()
    {
        foreach (var section in Sections.Take(_random.Next(1, 5)))
        {
            var version = 0;
            for (var times = _random.Next(1, 4); times > 0; times--)
            {
                var saved = await _officer.SaveAsync(section, $"Bezoek {Number}, {section}, versie {version + 1}.", version);
                version = saved!["version"]!.GetValue<int>();
                await ThinkAsync();
            }
        }
    }

    private async Task SignAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            await _officer.PostAsync("signing/start", "start-signing");
            var seen = await _officer.Live.WaitAsync("the report as a document", s => Signing(s) is "signing" or "failed");
            if (Signing(seen) == "signing") break;
            if (attempt == 10) throw new StuckException("the report was not made");
            await _officer.PostAsync("signing/stop", "stop-signing");
        }

        var ready = await _citizen.Live.WaitAsync("the turn to sign", s => s["signing"]!["next"]?.GetValue<string>() == _citizen.Id);
        await _citizen.SignAsync(await ReadAsync(ready), CitizenName);
        var next = await _officer.Live.WaitAsync("the officer's turn", s => s["signing"]!["next"]?.GetValue<string>() is { } who && who != _citizen.Id);
        await _officer.SignAsync(next["signing"]!["sha256"]!.GetValue<string>());
        await _citizen.Live.WaitAsync("both signatures", s => Signing(s) == "completed");
    }

    /// <summary>What is signed is what was on the screen.</summary>
    private async Task<string> ReadAsync(JsonObject snapshot)
    {
        var (document, sha256) = (snapshot["signing"]!["document"]!.GetValue<string>(), snapshot["signing"]!["sha256"]!.GetValue<string>());
        var read = Convert.ToHexStringLower(SHA256.HashData(await _citizen.ReadDocumentAsync(document)));
        if (read != sha256) History.Fault($"the report of {Visit} reads as {read}, the room says {sha256}");
        return sha256;
    }

    private static string Signing(JsonObject snapshot) => snapshot["signing"]!["status"]!.GetValue<string>();

    private async Task CloseAsync()
    {
        await _officer.CloseAsync();
        await Task.WhenAll(new[] { _citizen.Live, _officer.Live }.Select(live => live.WaitAsync("a closed visit", s => s["appointment"]!["status"]!.GetValue<string>() == "closed")));
        await _citizen.PostAsync("rating", "rate", new { Score = _random.Next(1, 6), Comment = "Vlot geholpen." });
    }

    /// <summary>A fresh command in each room of the visit that takes one after closing: none may be stuck.</summary>
    private async Task ProveAliveAsync()
    {
        await _officer.RevealAsync(_citizen.Id);
        await _citizen.PostAsync("recording/withdraw", "withdraw-consent");
        await _citizen.PostAsync("call/leave", "leave");
        await RefusedAsync(() => _citizen.PostAsync("signing/decline", "decline", new { Reason = "Te laat" }));
        await RefusedAsync(() => _officer.SaveAsync("feiten", "Na het tekenen.", 99));
        await RefusedAsync(() => _citizen.PostAsync("rating", "rate-again", new { Score = 1 }));
    }

    /// <summary>The rooms refuse what comes too late, with a reason; they may do nothing about it otherwise.</summary>
    private async Task RefusedAsync(Func<Task> late)
    {
        try
        {
            await late();
            History.Fault($"something that is too late was done in {Visit}");
        }
        catch (RefusedException refused) when (refused.Status is >= 400 and < 500)
        {
            // As it should be; that it left nothing behind is checked in the journal.
        }
    }
}
