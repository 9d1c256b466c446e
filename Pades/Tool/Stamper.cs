namespace Balie.Pades.Tool;

/// <summary>The time stamp authority of the command line, with limits of its own.</summary>
sealed class Stamper(Uri address) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), MaxAutomaticRedirections = 3 }) { Timeout = TimeSpan.FromSeconds(30) };

    public ITimestampAuthority Authority => new HttpTimestampAuthority(http, address);

    public static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri : throw new UsageException("--tsa is an address that starts with http:// or https://.");

    public void Dispose() => http.Dispose();
}
