using System.Text.Json;
using System.Text.Json.Serialization;
using Balie.Api.Booking;
using Balie.Api.Calls;
using Balie.Api.Documents;
using Balie.Api.Identity;
using Balie.Api.Impact;
using Balie.Api.Pages;
using Balie.Api.Platform;
using Balie.Api.Platform.OpenApi;
using Balie.Api.Platform.Operator;
using Balie.Api.Recording;
using Balie.Api.Signing;
using Balie.Api.Tenancy;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Balie.Api;

/// <summary>
/// The whole door floor: HTTP endpoints, hubs, login windows, pages and the contract document. The host brings Orleans (a silo or a client),
/// and, where it has them, <c>IBlobStore</c>, <c>IDocumentIntake</c>, <c>IJournalHeads</c>, <c>ITenantDirectory</c>, <c>IXmlRepository</c> and <c>IXmlEncryptor</c>.
/// </summary>
public static class BalieApi
{
    /// <exception cref="InvalidOperationException">The configuration would let somebody listen in (see <see cref="OidcOptionsCheck"/>).</exception>
    public static WebApplicationBuilder AddBalieApi(this WebApplicationBuilder builder)
    {
        if (ContractRun.IsOne) ContractRun.StandIn(builder.Services);
        else OidcOptionsCheck.Check(builder.Configuration, builder.Environment.IsDevelopment());
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(options => Shape(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITenantDirectory, ConfiguredTenants>();
        services.AddSingleton<ClientFiles>().AddSingleton<FirstPages>().AddSingleton<CitizenPage>().AddSingleton<PublicAddress>().AddSingleton<TicketCookies>().AddSingleton<LookIds>();
        services.AddHttpClient("oidc", http => http.Timeout = TimeSpan.FromSeconds(10)).RemoveAllLoggers();
        services.AddSingleton<OidcClients>();
        services.AddBalieRateLimits(LimitOptions.Read(builder.Configuration.GetSection("Balie:Limits")));
        services.AddContractDocument();
        services.AddCompression();
        AddKeys(services);
        AddLive(services);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    public static WebApplication MapBalieApi(this WebApplication app)
    {
        app.UseProxies();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseCompressedAssets(app.Services.GetRequiredService<ClientFiles>());
        app.UseStaticFiles(StaticAssets(app.Services.GetRequiredService<ClientFiles>()));
        app.UseRouting();
        app.UseCompression();
        app.UseMiddleware<ForgeryGuard>();
        app.UseMiddleware<CallerMiddleware>();
        app.UseRateLimiter();
        app.UseMiddleware<BodyLimits>();

        app.MapTenancy();
        app.MapBooking();
        app.MapCalls();
        app.MapIdentity();
        app.MapDocuments();
        app.MapSigning();
        app.MapRecording();
        app.MapImpact();
        app.MapStaffLogin();
        app.MapCitizenLogin();
        var socketsOnly = app.Configuration.GetValue("Balie:WebSocketsOnly", false);
        app.MapHub<VisitHub>("/hubs/visit", Transports).Access(Access.Visit).MaxBody(256 * 1024);
        app.MapHub<DeskHub>("/hubs/desk", Transports).Access(Access.Officer);
        app.MapOpenApi("/openapi/{documentName}.json").Access(Access.Anyone);
        app.MapOperator();
        app.MapPages();
        return app;

        // Behind several fronts only a socket stays with the one it began at; the other transports would need a sticky balancer.
        void Transports(HttpConnectionDispatcherOptions options)
        {
            if (socketsOnly) options.Transports = HttpTransportType.WebSockets;
        }
    }

    /// <summary>JSON as the contract says: camelCase, enums as words, numbers as numbers, and no null where none belongs.</summary>
    public static void Shape(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static void AddLive(IServiceCollection services)
    {
        services.AddSignalR(options =>
            {
                options.MaximumReceiveMessageSize = 64 * 1024;
                options.KeepAliveInterval = TimeSpan.FromSeconds(5);
                options.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
                options.AddFilter<HubGuard>();
            })
            .AddJsonProtocol(options => Shape(options.PayloadSerializerOptions));
        services.AddSingleton<VisitLines>().AddSingleton<HubLifetimeManager<VisitHub>>(s => s.GetRequiredService<VisitLines>());
        services.AddSingleton<HubGuard>().AddSingleton<LiveRooms>().AddSingleton<LiveQueues>().AddSingleton<SnapshotReader>();
        if (!ContractRun.IsOne)
        {
            services.AddHostedService<HeadTeller>();
            services.AddHostedService<PresenceTeller>();
        }
    }

    /// <summary>Cookie keys go where the host keeps them (and wraps them); without such a place they live as long as the process.</summary>
    private static void AddKeys(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("balie");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
        {
            options.XmlRepository = provider.GetService<IXmlRepository>() ?? new EphemeralKeys();
            options.XmlEncryptor = provider.GetService<IXmlEncryptor>();
        }));
    }

    private static StaticFileOptions StaticAssets(ClientFiles files) => new()
    {
        FileProvider = files.Files,
        ServeUnknownFileTypes = true,
        DefaultContentType = "application/octet-stream",
        OnPrepareResponse = context =>
        {
            Compression.Describe(context.Context);
            context.Context.Response.Headers.CacheControl = context.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
        },
    };
}
