using System.Net.Http.Headers;

namespace Balie.Pades;

/// <summary>A time stamp authority behind an address (RFC 3161, 3.4). Time limits and proxies are those of the given client.</summary>
public sealed class HttpTimestampAuthority(HttpClient http, Uri address) : ITimestampAuthority
{
    const int LargestAnswer = 256 * 1024;

    /// <inheritdoc/>
    public async Task<byte[]> AskAsync(ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(request) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/timestamp-reply"));
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode) throw Unavailable($"answered {(int)response.StatusCode}", null);
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            return await ReadAsync(body, ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw Unavailable("cannot be reached", e);
        }
    }

    async Task<byte[]> ReadAsync(Stream body, CancellationToken ct)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, ct) is var read and > 0)
        {
            if (answer.Length + read > LargestAnswer) throw Unavailable("answered far too much", null);
            answer.Write(buffer, 0, read);
        }
        return answer.ToArray();
    }

    TimestampException Unavailable(string what, Exception? inner)
    {
        var text = $"The time stamp authority {address.GetLeftPart(UriPartial.Path)} {what}.";
        return inner is null ? new("tsa-unavailable", text) : new("tsa-unavailable", text, inner);
    }
}
