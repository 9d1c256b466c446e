using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Api.Platform.Front;

/// <summary>Speaks to the internal door of a silo, with a pass for one thing each time.</summary>
public sealed class StoreClient(HttpClient http, IGrainFactory grains)
{
    public static BalieError Away { get; } = BalieError.Unavailable("store.away", "Even geduld, we kunnen nu niet aan de bestanden. Probeer het zo meteen opnieuw.");

    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Upload = TimeSpan.FromMinutes(6);

    /// <summary>The bytes of a blob from <paramref name="from"/> on. The answer is the caller's to dispose.</summary>
    /// <exception cref="BalieException"><c>store.away</c>; or what the silo refused.</exception>
    public Task<HttpResponseMessage> ReadAsync(string tenant, string dossier, BlobRef blob, long from, CancellationToken ct) =>
        SendAsync(new StoreRequest(tenant, dossier, blob), pass =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"{pass.Address}/internal/blob");
            request.Headers.Range = new RangeHeaderValue(from, null);
            return request;
        }, Headers, ct);

    /// <summary>The silo's judgement of a stored document's signatures.</summary>
    public async Task<SignaturesView> SignaturesAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct)
    {
        using var answer = await SendAsync(new StoreRequest(tenant, dossier, blob), pass => new HttpRequestMessage(HttpMethod.Get, $"{pass.Address}/internal/signatures"), Upload, ct);
        return await answer.Content.ReadFromJsonAsync<SignaturesView>(JsonSerializerOptions.Web, ct) ?? throw new BalieException(Away);
    }

    /// <exception cref="BalieException"><c>store.away</c>; or what <see cref="IDocumentIntake"/> refused.</exception>
    public async Task<TakenDocument> HandInAsync(string tenant, string dossier, string fileName, Stream content, CancellationToken ct)
    {
        using var answer = await SendAsync(
            new StoreRequest(tenant, dossier, null),
            pass => new HttpRequestMessage(HttpMethod.Post, $"{pass.Address}/internal/intake?name={Uri.EscapeDataString(fileName)}") { Content = new StreamContent(content) }, Upload, ct);
        return await answer.Content.ReadFromJsonAsync<TakenDocument>(JsonSerializerOptions.Web, ct) ?? throw new BalieException(Away);
    }

    private async Task<HttpResponseMessage> SendAsync(StoreRequest wanted, Func<StorePass, HttpRequestMessage> ask, TimeSpan patience, CancellationToken ct)
    {
        var pass = await PassAsync(wanted, ct);
        using var request = ask(pass);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pass.Ticket);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw await RefusedAsync(answer, ct);
        }
        catch (HttpRequestException)
        {
            throw new BalieException(Away);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new BalieException(Away);
        }
    }

    private async Task<StorePass> PassAsync(StoreRequest wanted, CancellationToken ct)
    {
        var caller = Caller.Current;
        try
        {
            return await grains.Front().Pass(wanted, ct);
        }
        finally
        {
            // Whoever's request this is stays who they are.
            Caller.Current = caller;
        }
    }

    private static async Task<BalieException> RefusedAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.StatusCode != HttpStatusCode.UnprocessableEntity) return new BalieException(Away);
        var errors = await answer.Content.ReadFromJsonAsync<BalieError[]>(JsonSerializerOptions.Web, ct);
        return errors is { Length: > 0 } ? new BalieException(errors) : new BalieException(Away);
    }
}

/// <summary>Takes files in by handing them to a silo as they come: nothing of them rests here.</summary>
internal sealed class ClusterIntake(StoreClient store) : IDocumentIntake
{
    public Task<TakenDocument> TakeInAsync(string tenant, string dossier, string fileName, Stream content, CancellationToken ct = default) =>
        store.HandInAsync(tenant, dossier, fileName, content, ct);
}

internal sealed class ClusterSignatures(StoreClient store) : ISignatureReader
{
    public Task<SignaturesView> ReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default) => store.SignaturesAsync(tenant, dossier, blob, ct);
}

internal sealed class ClusterBlobs(StoreClient store) : IBlobReader
{
    public async Task<Stream> OpenReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default)
    {
        var stream = new ClusterBlobStream((from, token) => store.ReadAsync(tenant, dossier, blob, from, token), blob.PlainLength);
        try
        {
            // A blob that is not there is refused before an answer has begun.
            await stream.OpenAsync(ct);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
