using Balie.Api.Platform;

namespace Balie.Api;

/// <summary>Entry of the stand-alone web front, an Orleans client; the silo hosts the same Api in process.</summary>
internal static class ApiProgram
{
    private static void Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (!ContractRun.IsOne) builder.UseOrleansClient();
        builder.AddBalieApi();
        var app = builder.Build();
        app.MapBalieApi();
        app.Run();
    }
}
