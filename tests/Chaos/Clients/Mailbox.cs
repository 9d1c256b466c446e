using System.Text.Json.Nodes;

namespace Balie.Chaos.Clients;

/// <summary>A mail that arrived: who it is to, its Message-ID, and the personal link in it if there is one.</summary>
public sealed record Mail(string To, string Subject, string MessageId, string? VisitLink);

/// <summary>Reads the mail that Balie sent, over the sandbox's API; waits while the sandbox is away.</summary>
public sealed class Mailbox(Uri sandbox) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = sandbox, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Waits for a mail to somebody.</summary>
    public async Task<Mail> WaitAsync(string to, TimeSpan patience)
    {
        var until = DateTimeOffset.UtcNow + patience;
        while (true)
        {
            var found = await GetAsync($"/mail/api/messages?to={Uri.EscapeDataString(to)}&wait=10", until);
            if (found.AsArray().FirstOrDefault() is { } first) return await OpenAsync(first["id"]!.GetValue<string>(), until);
            if (DateTimeOffset.UtcNow > until) throw new StuckException($"no mail to {to} arrived");
        }
    }

    /// <summary>Everything in the mailbox.</summary>
    public async Task<IReadOnlyList<Mail>> AllAsync()
    {
        var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(30);
        var mails = new List<Mail>();
        foreach (var one in (await GetAsync("/mail/api/messages", until)).AsArray()) mails.Add(await OpenAsync(one!["id"]!.GetValue<string>(), until));
        return mails;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Mail> OpenAsync(string id, DateTimeOffset until)
    {
        var mail = await GetAsync($"/mail/api/messages/{id}", until);
        var links = mail["links"]!.AsArray().Select(link => link!.GetValueKind() == System.Text.Json.JsonValueKind.String ? link.GetValue<string>() : link["href"]!.GetValue<string>());
        return new Mail(
            mail["to"]![0]!.GetValue<string>(), mail["subject"]!.GetValue<string>(), mail["headers"]!["message-id"]![0]!.GetValue<string>().Trim('<', '>'),
            links.FirstOrDefault(link => link.Contains("/bezoek#", StringComparison.Ordinal)));
    }

    private async Task<JsonNode> GetAsync(string path, DateTimeOffset until)
    {
        while (true)
        {
            try
            {
                return JsonNode.Parse(await _http.GetStringAsync(path))!;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException && DateTimeOffset.UtcNow < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300));
            }
        }
    }
}
