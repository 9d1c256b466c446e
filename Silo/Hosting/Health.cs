using Balie.Api.Platform;
using Npgsql;
using Orleans.Runtime;

namespace Balie.Silo.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: the database answers and the silo is part of the cluster; 503 otherwise.</summary>
internal static class Health
{
    public static void UseBalieHealth(this WebApplication app)
    {
        app.Map("/health/live", branch => branch.Run(http => http.Response.WriteAsync("live")));
        var database = new OnceASecond<bool>(() => AnswersAsync(app.Services.GetRequiredService<NpgsqlDataSource>()), app.Services.GetRequiredService<TimeProvider>());
        app.Map("/health/ready", branch => branch.Run(async http =>
        {
            var missing = await MissingAsync(app.Services, database, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.StatusCode = missing is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync(missing ?? "ready");
        }));
    }

    private static async Task<string?> MissingAsync(IServiceProvider services, OnceASecond<bool> database, CancellationToken ct)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) return "stopping";
        if (services.GetRequiredService<ISiloStatusOracle>().CurrentStatus != SiloStatus.Active) return "the silo is not active";
        return await database.AskAsync(ct) ? null : "the database does not answer";
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource database)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            command.CommandTimeout = 3;
            await command.ExecuteScalarAsync(CancellationToken.None);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
