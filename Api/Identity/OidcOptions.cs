namespace Balie.Api.Identity;

/// <summary>A client at an OpenID Connect provider; configuration <c>Balie:Oidc:Staff</c> or <c>Balie:Oidc:Citizen</c>.</summary>
public sealed record OidcOptions
{
    /// <summary>Issuer; its discovery document is below it.</summary>
    public string Authority { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    /// <summary>Level asked of staff; empty = none asked, in Development only. Citizens' level comes from their product.</summary>
    public string AcrValues { get; init; } = "";

    /// <summary>Organisation of the region's operator, as in the role <c>BalieOperator:Organisation</c>; staff only. Empty = nobody is operator.</summary>
    public string OperatorOrganisation { get; init; } = "";

    public bool IsConfigured => Authority.Length > 0;
}

/// <summary>Refuses to start with a login or a public address that can be listened in on, except in Development.</summary>
public static class OidcOptionsCheck
{
    /// <exception cref="InvalidOperationException">What is wrong, for the one who configures.</exception>
    public static void Check(IConfiguration configuration, bool isDevelopment)
    {
        foreach (var name in (string[])["Staff", "Citizen"])
        {
            var options = configuration.GetSection($"Balie:Oidc:{name}").Get<OidcOptions>() ?? new();
            if (!options.IsConfigured) continue;
            if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("http" or "https"))
                throw new InvalidOperationException($"Balie:Oidc:{name}:Authority is not an address: '{options.Authority}'.");
            if (issuer.Scheme != Uri.UriSchemeHttps && !isDevelopment)
                throw new InvalidOperationException($"Balie:Oidc:{name}:Authority must be https outside Development: '{options.Authority}'.");
            if (options.ClientId.Length == 0 || options.ClientSecret.Length == 0)
                throw new InvalidOperationException($"Balie:Oidc:{name} needs ClientId and ClientSecret.");
            if (name == "Staff" && string.IsNullOrWhiteSpace(options.AcrValues) && !isDevelopment)
                throw new InvalidOperationException("Balie:Oidc:Staff:AcrValues must say which level staff need, outside Development.");
        }
        var address = configuration["Balie:PublicAddress"];
        if (!isDevelopment && (!Uri.TryCreate(address, UriKind.Absolute, out var ours) || ours.Scheme != Uri.UriSchemeHttps))
            throw new InvalidOperationException("Balie:PublicAddress must be the https address that people use, outside Development.");
    }
}
