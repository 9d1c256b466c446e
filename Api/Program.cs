using Balie.Api.Platform;
using Balie.Api.Platform.Front;

namespace Balie.Api;

/// <summary>Entry of the stand-alone web front, an Orleans client; the silo hosts the same Api in process.</summary>
internal static class ApiProgram
{
    private static void Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (!ContractRun.IsOne) builder.AddFront();
        builder.AddBalieApi();
        var app = builder.Build();
        if (!ContractRun.IsOne) app.UseFrontHealth();
        app.MapBalieApi();
        app.Run();
    }
}
