using Npgsql;
using Orleans.Runtime;

namespace Balie.Silo.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: the database answers and the silo is part of the cluster; 503 otherwise.</summary>
internal static class Health
{
    public static void UseBalieHealth(this WebApplication app)
    {
        app.Map("/health/live", branch => branch.Run(http => http.Response.WriteAsync("live")));
        var database = new Readiness(app.Services.GetRequiredService<NpgsqlDataSource>(), app.Services.GetRequiredService<TimeProvider>());
        app.Map("/health/ready", branch => branch.Run(async http =>
        {
            var missing = await MissingAsync(app.Services, database, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.StatusCode = missing is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync(missing ?? "ready");
        }));
    }

    private static async Task<string?> MissingAsync(IServiceProvider services, Readiness database, CancellationToken ct)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) return "stopping";
        if (services.GetRequiredService<ISiloStatusOracle>().CurrentStatus != SiloStatus.Active) return "the silo is not active";
        return await database.AnswersAsync(ct) ? null : "the database does not answer";
    }

    /// <summary>Whether the database answers, asked at most once a second: anybody may ask us, and a question takes a connection.</summary>
    private sealed class Readiness(NpgsqlDataSource database, TimeProvider clock)
    {
        private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
        private readonly SemaphoreSlim _gate = new(1, 1);
        private long? _askedAt;
        private bool _answers;

        public async Task<bool> AnswersAsync(CancellationToken ct)
        {
            await _gate.WaitAsync(ct);
            try
            {
                if (_askedAt is { } at && clock.GetElapsedTime(at) < Fresh) return _answers;
                // Not the token of this request: others wait for the same answer.
                _answers = await AskAsync();
                _askedAt = clock.GetTimestamp();
                return _answers;
            }
            finally
            {
                _gate.Release();
            }
        }

        private async Task<bool> AskAsync()
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
}
