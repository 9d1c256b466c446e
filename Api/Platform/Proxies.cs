using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Balie.Api.Platform;

/// <summary>
/// A proxy in front (<c>Balie:Proxies</c>, addresses separated by commas) says who really asks and whether it was over TLS; nobody else is
/// believed. Without it every caller would share the proxy's rate limit.
/// </summary>
public static class Proxies
{
    /// <exception cref="FormatException">The setting holds something that is no address.</exception>
    public static void UseProxies(this WebApplication app)
    {
        var known = (app.Configuration["Balie:Proxies"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (known.Length == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in known) options.KnownProxies.Add(IPAddress.Parse(proxy));
        app.UseForwardedHeaders(options);
    }
}
