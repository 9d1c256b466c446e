namespace Balie.Api;

/// <summary>Entry of the stand-alone web front; the silo hosts the same Api in process.</summary>
internal static class ApiProgram
{
    private static void Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var app = builder.Build();
        app.Run();
    }
}
