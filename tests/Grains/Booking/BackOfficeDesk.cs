using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Tests.Booking;

/// <summary>A back office for one test on a free port: keeps what it gets and answers as told.</summary>
internal sealed class BackOfficeDesk : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BackOfficeDesk(WebApplication app) => _app = app;

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

    public ConcurrentQueue<(string Id, string Timestamp, string Signature, byte[] Body)> Heard { get; } = new();

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/in";

    public static async Task<BackOfficeDesk> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var desk = new BackOfficeDesk(builder.Build());
        desk._app.MapPost("/in", desk.HearAsync);
        await desk._app.StartAsync();
        return desk;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> HearAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Heard.Enqueue((request.Headers["webhook-id"]!, request.Headers["webhook-timestamp"]!, request.Headers["webhook-signature"]!, body.ToArray()));
        return Results.StatusCode((int)Answer);
    }
}
