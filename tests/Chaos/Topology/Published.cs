namespace Balie.Chaos.Topology;

/// <summary>The published programs, and the settings with which <c>deploy/up</c> runs them.</summary>
public static class Published
{
    /// <summary>How every line of a log begins.</summary>
    public const string LogTime = "HH:mm:ss.fff ";

    public static string Root { get; } = FindRoot();

    public static string Balie => File("balie", "Balie.Silo.dll");

    /// <summary>The web front on its own, from the same folder.</summary>
    public static string Front => File("balie", "Balie.Api.dll");

    public static string Sandbox => File("sandbox", "Balie.Sandbox.dll");

    /// <summary>Those of <c>deploy/up</c>, limits that a crowd on one address does not meet, and counters enough for it.</summary>
    /// <param name="data">The run's folder.</param>
    public static Dictionary<string, string> Settings(Uri sandbox, int smtpPort, string data) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__TimestampFormat"] = LogTime,
        ["Balie__Oidc__Staff__Authority"] = $"{sandbox}op",
        ["Balie__Oidc__Staff__ClientId"] = "balie-staff",
        ["Balie__Oidc__Staff__ClientSecret"] = "oefen-geheim-staff",
        ["Balie__Oidc__Citizen__Authority"] = $"{sandbox}op",
        ["Balie__Oidc__Citizen__ClientId"] = "balie-burger",
        ["Balie__Oidc__Citizen__ClientSecret"] = "oefen-geheim-burger",
        ["Balie__Smtp__Host"] = "localhost",
        ["Balie__Smtp__Port"] = $"{smtpPort}",
        ["Balie__Seals"] = Path.Combine(data, "seals"),
        ["Balie__Examples"] = "true",
        ["Balie__ExamplesFolder"] = BusyTown.FolderIn(data),
        ["Balie__Limits__GuessesPerMinute"] = "100000",
        ["Balie__Limits__PublicPerMinute"] = "100000",
        ["Balie__Limits__CallerPerMinute"] = "100000",
        ["Balie__Limits__BookingsAtOnce"] = "100000",
        ["Balie__Limits__BookingsPerHour"] = "100000",
        ["Balie__Limits__UploadsPerMinute"] = "100000",
        ["Balie__Limits__ConnectionsPerCaller"] = "100000",
    };

    private static string File(string folder, string file)
    {
        var path = Path.Combine(Root, "artifacts", folder, file);
        return System.IO.File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; tests/chaos publishes it.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Balie.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("This runs inside the repository.");
        return folder.FullName;
    }
}
