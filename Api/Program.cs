using Balie.Api.Platform;
using Balie.Api.Platform.Front;
using Balie.Api.Platform.Logs;

namespace Balie.Api;

/// <summary>Entry of the stand-alone web front, an Orleans client; the silo hosts the same Api in process.</summary>
internal static class ApiProgram
{
    private static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (!ContractRun.IsOne) builder.AddFront();
        builder.AddBalieApi();
        builder.CalmConsole();
        await using var app = builder.Build();
        if (!ContractRun.IsOne) app.UseFrontHealth();
        app.MapBalieApi();
        // Returns once the cluster was found; the doors answer before, and refuse.
        await app.StartAsync();
        if (!ContractRun.IsOne) Console.WriteLine($"ready {app.Services.GetRequiredService<FrontOptions>().Url}");
        await app.WaitForShutdownAsync();
    }
}
