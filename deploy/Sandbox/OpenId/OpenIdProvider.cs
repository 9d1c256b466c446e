using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Balie.Sandbox.OpenId;

/// <summary>
/// An OpenID provider that speaks as ACM/IDM does: the code flow only, RS256 ID tokens, PKCE S256, codes that
/// live 30 s. OpenIddict's degraded mode keeps no database: clients come from <see cref="AccountBook"/>.
/// </summary>
public static class OpenIdProvider
{
    public static void AddOpenIdProvider(this IServiceCollection services, SandboxOptions options, DataFolder data, AccountBook book)
    {
        var keys = new ProviderKeys(data);
        // ASP.NET's authentication makes such keys even when nothing uses them; they stay out of the home folder.
        services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(data.Folder("protection")));
        services.AddSingleton<UsedCodes>();
        services.AddSingleton<ChooserPage>();
        services.AddOpenIddict().AddServer(server =>
        {
            server.SetIssuer(new Uri(options.BaseAddress, "op"));
            SetEndpoints(server);
            server.AllowAuthorizationCodeFlow().EnableDegradedMode().RegisterScopes(PersonClaims.AllScopes);
            server.SetAuthorizationCodeLifetime(options.CodeLifetime);
            server.AddEncryptionKey(keys.Encryption);
            server.AddSigningCredentials(new SigningCredentials(keys.Signing, SecurityAlgorithms.RsaSha256));
            server.Configure(Narrow);
            Advertise(server);
            EnforceClientRules(server, new ClientRules(book, options));
            server.UseAspNetCore()
                .EnableAuthorizationEndpointPassthrough()
                .EnableTokenEndpointPassthrough()
                .EnableUserInfoEndpointPassthrough()
                .EnableEndSessionEndpointPassthrough()
                .EnableErrorPassthrough()
                .DisableTransportSecurityRequirement();
        });
    }

    private static void SetEndpoints(OpenIddictServerBuilder server) => server
        .SetConfigurationEndpointUris("op/.well-known/openid-configuration")
        .SetAuthorizationEndpointUris("op/v1/auth")
        .SetTokenEndpointUris("op/v1/token")
        .SetJsonWebKeySetEndpointUris("op/v1/keys")
        .SetEndSessionEndpointUris("op/v1/logout")
        .SetIntrospectionEndpointUris("op/v1/introspect")
        .SetUserInfoEndpointUris("op/v1/userinfo");

    /// <summary>What OpenIddict offers beyond ACM/IDM is taken away, so that nobody comes to depend on it.</summary>
    private static void Narrow(OpenIddictServerOptions settings)
    {
        settings.ClientAuthenticationMethods.IntersectWith([ClientAuthenticationMethods.ClientSecretBasic, ClientAuthenticationMethods.ClientSecretPost]);
        settings.CodeChallengeMethods.IntersectWith([CodeChallengeMethods.Sha256]);
        settings.ResponseModes.IntersectWith([ResponseModes.Query, ResponseModes.FormPost]);
    }

    private static void Advertise(OpenIddictServerBuilder server)
    {
        server.RegisterClaims(
            Claims.GivenName, Claims.FamilyName, "rrn", "vo_id", "vo_doelgroepcode", "vo_orgcode", "vo_orgnaam",
            "wv_orgcode", "balie_rol_3d", Claims.AuthenticationContextReference, Claims.AuthenticationTime);
        server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.Metadata["acr_values_supported"] = new([.. Means.All.Select(means => (string?)means.Urn)]);
            return ValueTask.CompletedTask;
        }));
    }

    private static void EnforceClientRules(OpenIddictServerBuilder server, ClientRules rules)
    {
        On<ValidateAuthorizationRequestContext>(server, rules.Check);
        On<ValidateTokenRequestContext>(server, rules.Check);
        On<ValidateIntrospectionRequestContext>(server, rules.Check);
        On<ValidateEndSessionRequestContext>(server, rules.Check);
    }

    private static void On<TContext>(OpenIddictServerBuilder server, Action<TContext> check)
        where TContext : BaseContext =>
        server.AddEventHandler<TContext>(handler => handler.UseInlineHandler(context =>
        {
            check(context);
            return ValueTask.CompletedTask;
        }));
}
