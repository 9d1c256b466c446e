using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Grains.Integrations;

/// <summary>
/// Tells the back office: a CloudEvent, signed as Standard Webhooks says. Anything but 2xx is tried again; 410 means "no more": the address is
/// silent from then on, until its settings name another one.
/// </summary>
public sealed class WebhookHandler(IGrainFactory grains, WebhookClient client, WebhookOptions options, NpgsqlDataSource database, JournalClock clock) : IOutboxHandler
{
    public string Kind => OutboxKind.Webhook;

    public string Lane => "webhook";

    public async Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        var happened = JsonSerializer.Deserialize<BackOfficeEvent>(item.Payload, PlatformJson.Plain) ?? throw new OutboxRefusedException("The event is empty.");
        Caller.Current = Caller.System(item.Tenant, "webhook");
        var settings = await grains.GetGrain<ITenantGrain>(GrainKey.Of(item.Tenant, "tenant").ToString()).Settings(ct);
        var endpoint = settings.Webhooks.FirstOrDefault(w => w.Id == happened.Endpoint) ?? throw new OutboxRefusedException("The address is no longer in the settings.");
        var url = new Uri(endpoint.Url);
        if (options.PublicOnly && url.Scheme != Uri.UriSchemeHttps) throw new OutboxRefusedException("Events leave over https only.");
        if (await IsSilent(item.Tenant, endpoint, ct)) throw new OutboxRefusedException("The address asked for no more (410).");

        using var answer = await Post(url, endpoint.Secret, item.IdempotencyKey, CloudEvent.Json(happened, item.IdempotencyKey), ct);
        if (answer.StatusCode == HttpStatusCode.Gone)
        {
            await Silence(item.Tenant, endpoint, ct);
            throw new OutboxRefusedException("The address asked for no more (410).");
        }

        answer.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> Post(Uri url, string secret, string id, byte[] body, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(CloudEvent.ContentType);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(secret, id, now, body));
        try
        {
            return await client.SendAsync(request, ct);
        }
        catch (HttpRequestException problem) when (problem.InnerException is AddressRefusedException refused)
        {
            throw new OutboxRefusedException(refused.Message);
        }
    }

    private async Task<bool> IsSilent(string tenant, WebhookEndpoint endpoint, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select 1 from webhook_silent where tenant = $1 and endpoint = $2 and url = $3").With(tenant, endpoint.Id, endpoint.Url);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private async Task Silence(string tenant, WebhookEndpoint endpoint, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "insert into webhook_silent (tenant, endpoint, url, since) values ($1, $2, $3, $4) on conflict (tenant, endpoint) do update set url = excluded.url, since = excluded.since")
            .With(tenant, endpoint.Id, endpoint.Url, clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The connection that webhooks leave by: guarded addresses, no redirects, no proxy, no cookies, 15 seconds.</summary>
public sealed class WebhookClient : IDisposable
{
    private readonly HttpClient http;

    public WebhookClient(WebhookOptions options)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, ct) => AddressGuard.ConnectAsync(context.DnsEndPoint, options.PublicOnly, ct),
        })
        {
            Timeout = TimeSpan.FromSeconds(15),
            MaxResponseContentBufferSize = 64 * 1024,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Balie", "1"));
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);

    public void Dispose() => http.Dispose();
}
