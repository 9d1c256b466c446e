using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Balie.Chaos.Clients;

/// <summary>The door refused for good: <see cref="Status"/> and the code of the first error.</summary>
public sealed class RefusedException(int status, string code, string what) : Exception($"{what}: {status} {code}")
{
    public int Status => status;

    public string Code => code;
}

/// <summary>No answer, or not the awaited one, within the client's patience.</summary>
public sealed class StuckException(string what) : Exception(what);

/// <summary>
/// One person's browser: its cookies (kept by name, as <c>__Host-</c> cookies go to one origin), and commands that are repeated under one id until
/// they are answered, as the pages do. Waits between tries grow to two seconds.
/// </summary>
public sealed class Browser : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly ConcurrentDictionary<string, string> _cookies = new();
    private readonly HttpClient _http;
    private readonly string _who;
    private readonly History _history;

    /// <param name="address">Balie's web.</param>
    /// <param name="who">For the history.</param>
    /// <param name="patience">How long one command is repeated before the client gives up.</param>
    public Browser(Uri address, string who, History history, TimeSpan patience)
    {
        (Address, _who, _history, Patience) = (address, who, history, patience);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public Uri Address { get; }

    public TimeSpan Patience { get; }

    /// <summary>Which visit cookie is meant; null for staff and for who has no visit yet.</summary>
    public string? Participant { get; set; }

    public string CookieHeader => string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}"));

    /// <summary>Sends a command and repeats it under the same id until it is answered.</summary>
    /// <param name="twice">Impatience: every try is made twice at once, and both answers must be the same.</param>
    /// <exception cref="RefusedException">The door refused for good.</exception>
    /// <exception cref="StuckException">No answer within <see cref="Patience"/>.</exception>
    public Task<JsonNode?> CommandAsync(HttpMethod method, string path, string what, object? body, bool twice = false)
    {
        var bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, Web);
        return RepeatAsync(method, path, what, bytes, () => bytes is null ? null : new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } }, twice);
    }

    /// <inheritdoc cref="CommandAsync"/>
    public Task<JsonNode?> UploadAsync(string path, string what, string fileName, byte[] file) => RepeatAsync(HttpMethod.Post, path, what, file, () =>
    {
        var part = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return new MultipartFormDataContent { { part, "file", fileName } };
    }, false);

    /// <summary>Reads; repeated while no answer comes.</summary>
    public async Task<JsonNode?> ReadAsync(string path)
    {
        var answer = await UntilAnsweredAsync(() => SendAsync(new HttpRequestMessage(HttpMethod.Get, path)), path);
        return answer.Json;
    }

    /// <summary>The bytes behind an address; repeated while no answer comes.</summary>
    public async Task<byte[]> DownloadAsync(string path) => (await UntilAnsweredAsync(() => SendAsync(new HttpRequestMessage(HttpMethod.Get, path)), path)).Bytes;

    /// <summary>One request with this browser's cookies, redirects not followed; absolute addresses are allowed. No answer is an exception.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var own = request.RequestUri is not { IsAbsoluteUri: true } address || address.Authority == Address.Authority;
            if (own && !_cookies.IsEmpty) request.Headers.TryAddWithoutValidation("Cookie", CookieHeader);
            if (own && Participant is not null) request.Headers.TryAddWithoutValidation("Balie-Participant", Participant);
            using var response = await _http.SendAsync(request);
            if (own) Keep(response);
            return new Answer((int)response.StatusCode, response.Headers.Location, response.Headers.RetryAfter?.Delta, await response.Content.ReadAsByteArrayAsync());
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode?> RepeatAsync(HttpMethod method, string path, string what, byte[]? payload, Func<HttpContent?> content, bool twice)
    {
        var command = _history.Begin(_who, what, path, Convert.ToHexStringLower(SHA256.HashData(payload ?? [])));
        try
        {
            var answer = await UntilAnsweredAsync(() => OnceAsync(method, path, command, content, twice), $"{_who}: {what}");
            command.Answered(answer.Status, null);
            return answer.Json;
        }
        catch (RefusedException refused)
        {
            command.Answered(refused.Status, refused.Code);
            throw;
        }
    }

    private async Task<Answer> OnceAsync(HttpMethod method, string path, SentCommand command, Func<HttpContent?> content, bool twice)
    {
        Task<Answer> Send()
        {
            command.Tries++;
            var request = new HttpRequestMessage(method, path) { Content = content() };
            request.Headers.Add("Balie-Command-Id", command.Id.ToString());
            request.Headers.Add("Balie-Request", "1");
            return SendAsync(request);
        }

        if (!twice) return await Send();
        var answers = await Task.WhenAll(Send(), Send());
        if (answers.All(a => a.IsFinal) && !answers[0].IsSameAs(answers[1]))
            _history.Fault($"{command}: sent twice, answered {answers[0]} and {answers[1]}");
        return answers.FirstOrDefault(a => a.IsFinal) ?? answers[0];
    }

    private async Task<Answer> UntilAnsweredAsync(Func<Task<Answer>> send, string what)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        for (var attempt = 0; ; attempt++)
        {
            Answer? answer = null;
            var watch = Stopwatch.StartNew();
            try
            {
                answer = await send();
                if (answer.Status == 503) _history.Note(new PutOff(DateTimeOffset.UtcNow, what, answer.Code, watch.Elapsed));
                if (answer.Status == 500) _history.Fault($"{DateTimeOffset.UtcNow:HH:mm:ss} {what}: {answer}");
                if (answer.IsFinal) return answer.Status < 300 ? answer : throw new RefusedException(answer.Status, answer.Code, what);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
            {
                if (DateTimeOffset.UtcNow > until) throw new StuckException($"{what}: no answer ({gone.Message})");
            }

            if (DateTimeOffset.UtcNow > until) throw new StuckException($"{what}: last answer {answer}");
            await Task.Delay(Backoff(attempt, answer));
        }
    }

    private static TimeSpan Backoff(int attempt, Answer? answer) =>
        answer?.RetryAfter is { } asked && asked < TimeSpan.FromSeconds(2) ? asked : TimeSpan.FromMilliseconds(Math.Min(2000, 150 * Math.Pow(2, attempt)));

    private void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var cookies)) return;
        foreach (var cookie in cookies)
        {
            var pair = cookie.Split(';')[0];
            var (name, value) = (pair[..pair.IndexOf('=')], pair[(pair.IndexOf('=') + 1)..]);
            if (value.Length == 0) _cookies.TryRemove(name, out _);
            else _cookies[name] = value;
        }
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(int Status, Uri? Location, TimeSpan? RetryAfter, byte[] Bytes)
{
    /// <summary>Not worth another try with the same id: done, or refused for good.</summary>
    public bool IsFinal => Status is not (429 or 500 or 502 or 503);

    /// <summary>A refusal names the request it answers, so that of another request has other bytes.</summary>
    public bool IsSameAs(Answer other) => Status == other.Status && (Status >= 400 ? Code == other.Code : Bytes.AsSpan().SequenceEqual(other.Bytes));

    public JsonNode? Json => Bytes.Length == 0 ? null : JsonNode.Parse(Bytes);

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Code of the first error of a refusal.</summary>
    public string Code
    {
        get
        {
            try
            {
                return Json?["errors"]?[0]?["code"]?.GetValue<string>() ?? "";
            }
            catch (JsonException)
            {
                return ""; // A page for people.
            }
        }
    }

    public override string ToString() => $"{(int)(HttpStatusCode)Status} {(Bytes.Length > 300 ? $"({Bytes.Length} bytes)" : Text)}";
}
