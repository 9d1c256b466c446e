using System.Collections.Concurrent;
using System.Net.Http.Json;
using Balie.Api;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Api;

/// <summary>The real door floor on a real port, with stand-ins for the grains behind it and a clock that the test moves.</summary>
public sealed class DoorHost : IAsyncDisposable
{
    public const string Tenant = "zonnedaal", Visit = "v1", Participant = "p1";

    private readonly WebApplication _app;

    private DoorHost(WebApplication app, FakeGrains grains, WatchedClock clock, LogLines log)
    {
        (_app, Grains, Clock, Log) = (app, grains, clock, log);
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Address) };
    }

    public FakeGrains Grains { get; }

    public WatchedClock Clock { get; }

    public LogLines Log { get; }

    public string Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public IEnumerable<RouteEndpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<DoorHost> StartAsync(Dictionary<string, string?>? settings = null, Action<WebApplication>? map = null, Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        var (clock, log) = (new WatchedClock(), new LogLines());
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(FakeGrains.Create(out var grains));
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(System.Reflection.DispatchProxy.Create<IClusterClient, FakeGrain>());
        builder.Services.AddSingleton(System.Reflection.DispatchProxy.Create<Balie.Grains.Interfaces.Documents.IDocumentIntake, FakeGrain>());
        builder.Services.AddSingleton<ITenantDirectory>(new Directory([new TenantName(Tenant, "Stad Zonnedaal")]));
        builder.AddBalieApi();
        add?.Invoke(builder.Services);
        // Heads need a cluster client, which only the live tests have.
        if (add is null) builder.Services.RemoveHostedServices();
        var app = builder.Build();
        app.MapBalieApi();
        map?.Invoke(app);
        await app.StartAsync();
        return new DoorHost(app, grains, clock, log);
    }

    public string StaffCookie(string tenant = Tenant, params string[] roles)
    {
        var ticket = new StaffTicket(tenant, "an.peeters", "An Peeters", [.. roles.Length == 0 ? ["medewerker"] : roles], "s-staff", Clock.GetUtcNow().AddHours(8));
        return $"{TicketCookies.Staff}={Cookies.Seal(ticket, TicketCookies.Staff)}";
    }

    public string VisitCookie(string visit = Visit, string participant = Participant, string session = "s1")
    {
        var ticket = new VisitTicket(Tenant, visit, participant, "citizen", "Gerrit Maes", session, Clock.GetUtcNow().AddHours(8));
        return $"{TicketCookies.Visit(participant)}={Cookies.Seal(ticket, TicketCookies.Visit(participant))}";
    }

    /// <summary>A command as our own page sends it.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? cookie = null, string? participant = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Balie-Request", "1");
        request.Headers.Add("Balie-Command-Id", Guid.NewGuid().ToString());
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (participant is not null) request.Headers.Add("Balie-Participant", participant);
        if (body is HttpContent content) request.Content = content;
        else if (body is not null) request.Content = JsonContent.Create(body);
        change?.Invoke(request);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? cookie = null, string? participant = null) => SendAsync(HttpMethod.Get, path, null, cookie, participant);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private TicketCookies Cookies => _app.Services.GetRequiredService<TicketCookies>();

    private sealed record Directory(IReadOnlyList<TenantName> Tenants) : ITenantDirectory;
}

/// <summary>One door floor for the facts of a class; each fact says what the grains answer.</summary>
public sealed class DoorFixture : IAsyncLifetime
{
    public DoorHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await DoorHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

internal static class HostedServices
{
    public static void RemoveHostedServices(this IServiceCollection services)
    {
        foreach (var one in services.Where(s => s.ImplementationType == typeof(Balie.Api.Calls.HeadTeller) || s.ImplementationType == typeof(Balie.Api.Calls.PresenceTeller)).ToList()) services.Remove(one);
    }
}

/// <summary>A clock that the test moves, and that tells when something began to tick every two seconds, and when something first waits for half a second.</summary>
public sealed class WatchedClock() : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    private readonly TaskCompletionSource _ticking = new(TaskCreationOptions.RunContinuationsAsynchronously), _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ticking => _ticking.Task;

    public Task Waiting => _waiting.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (period == TimeSpan.FromSeconds(2)) _ticking.TrySetResult();
        if (dueTime == TimeSpan.FromMilliseconds(500)) _waiting.TrySetResult();
        return timer;
    }
}

/// <summary>Everything that was logged, as text.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}");

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}

/// <summary>A refusal as a client reads it.</summary>
public sealed record ProblemBody(string Title, int Status, string TraceId, ProblemLine[] Errors)
{
    public static async Task<ProblemBody> Of(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        return (await response.Content.ReadFromJsonAsync<ProblemBody>(TestContext.Current.CancellationToken))!;
    }
}

public sealed record ProblemLine(string Code, string Message, string? Field);
