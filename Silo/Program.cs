using System.Runtime.InteropServices;
using Balie.Api;
using Balie.Api.Platform.Logs;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Signing;
using Balie.Silo.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Balie.Silo;

/// <summary>Balie's executable: takes the data folder, brings up the database, then the silo with its web. Stops in the opposite order.</summary>
internal static class SiloProgram
{
    private static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        // Until the host runs, and takes the signals over, a start that is interrupted still cleans up behind itself.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Cancel(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, stop));
        try
        {
            if (args is ["verify", .. var rest]) return await VerifyCommand.RunAsync(rest, stop.Token);
            if (args is ["requeue", .. var which]) return await RequeueCommand.RunAsync(which, stop.Token);
            await RunAsync(args, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception problem) when (IsForTheOperator(problem))
        {
            await Console.Error.WriteLineAsync($"Balie cannot do this: {problem.Message}");
            return 1;
        }
        catch (Exception problem)
        {
            // Caught, so that everything taken on the way is let go of: an unhandled one would leave the database running.
            await Console.Error.WriteLineAsync($"Balie does not start. {problem}");
            return 2;
        }
    }

    private static async Task RunAsync(string[] args, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, SiloOptions.Switches);
        var options = SiloOptions.Read(builder.Configuration);
        using var logs = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));

        using var folder = DataFolder.Take(options.Data);
        await using var database = await BalieDatabase.OpenAsync(options, folder, logs, ct);
        builder.AddBalieSilo(options, folder, database);
        builder.AddBalieTelemetry();
        if (options.Roles.HasFlag(SiloRoles.Web)) builder.AddBalieApi();
        builder.CalmConsole();
        builder.WebHost.UseUrls(options.Url);

        await using var app = builder.Build();
        app.UseBalieHealth();
        // For fronts on their own: without a shared database there are none, and this address is the public one.
        if (options.ConnectionString is not null) app.UseInternalDoor();
        if (options.Roles.HasFlag(SiloRoles.Web))
        {
            app.MapBalieApi();
            app.MapBalieDashboard();
        }

        await app.StartAsync(ct);
        Console.WriteLine($"ready {options.Address}");
        await app.WaitForShutdownAsync(ct);
    }

    private static bool IsForTheOperator(Exception problem) => problem is IOException { InnerException: AddressInUseException } or DataFolderException or PrivatePostgresException or MigrationException or MasterKeyException or SealException or ArgumentException;

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
