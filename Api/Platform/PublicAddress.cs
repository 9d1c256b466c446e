namespace Balie.Api.Platform;

/// <summary>
/// The scheme and host that links in mails and login answers start with: <c>Balie:PublicAddress</c>. Only Development may go without and
/// takes what the browser asked for; elsewhere a forged Host header would end up in somebody's mail.
/// </summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly string? _configured = configuration["Balie:PublicAddress"]?.TrimEnd('/');

    /// <summary>True when people reach us over TLS only, even where a proxy ends it.</summary>
    public bool IsSecure(HttpRequest request) => Of(request).StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host}";
}
