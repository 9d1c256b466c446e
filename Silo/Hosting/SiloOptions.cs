using System.Net;
using System.Net.Sockets;

namespace Balie.Silo.Hosting;

/// <summary>Which parts of the house this process runs; all by default.</summary>
[Flags]
public enum SiloRoles
{
    None = 0,
    Web = 1,
    Rooms = 2,
    Media = 4,
    All = Web | Rooms | Media,
}

/// <summary>How this process was asked to run.</summary>
/// <param name="Data">Data folder (<c>Balie:Data</c>, <c>--data</c>).</param>
/// <param name="Port">Port of the web (<c>Balie:Port</c>, <c>--port</c>); it listens on this machine only unless <c>Balie:Listen</c> says otherwise.</param>
/// <param name="Listen">Address to listen on (<c>Balie:Listen</c>): <c>localhost</c>, <c>*</c> or an address.</param>
/// <param name="ConnectionString">PostgreSQL of the cluster (<c>ConnectionStrings:Balie</c>); null: a private one in the data folder.</param>
/// <param name="MasterKey">File with the master key (<c>Balie:MasterKey</c>); by default beside the data folder, named after it. One for all silos of a cluster.</param>
/// <param name="Blobs">Folder of the encrypted files (<c>Balie:Blobs</c>); by default in the data folder. One for all silos of a cluster.</param>
public sealed record SiloOptions(string Data, int Port, string Listen, SiloRoles Roles, string? ConnectionString, string MasterKey, string Blobs)
{
    public required ClusterSettings Cluster { get; init; }

    /// <summary>What a person can open.</summary>
    public string Address => $"http://{(Listen is "*" or "0.0.0.0" ? "localhost" : Listen)}:{Port}";

    /// <summary>Where fronts reach this silo's internal door.</summary>
    public string InternalAddress => $"http://{(Cluster.Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Cluster.Address}]" : Cluster.Address)}:{Port}";

    /// <summary>What Kestrel listens on.</summary>
    public string Url => $"http://{Listen}:{Port}";

    public static Dictionary<string, string> Switches { get; } = new()
    {
        ["--data"] = "Balie:Data",
        ["--port"] = "Balie:Port",
        ["--listen"] = "Balie:Listen",
        ["--roles"] = "Balie:Roles",
    };

    /// <exception cref="ArgumentException">A setting does not make sense; the message says which.</exception>
    public static SiloOptions Read(IConfiguration configuration)
    {
        var balie = configuration.GetSection("Balie");
        var port = balie["Port"] ?? "8080";
        var data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(balie["Data"] ?? ".data"));
        var connection = configuration.GetConnectionString("Balie");
        return new SiloOptions(
            data,
            int.TryParse(port, out var number) && number is > 0 and < 65536 ? number : throw new ArgumentException($"Balie:Port is {port}; it must be a number from 1 to 65535."),
            balie["Listen"] ?? "localhost",
            ReadRoles(balie["Roles"]),
            string.IsNullOrWhiteSpace(connection) ? null : connection,
            balie["MasterKey"] ?? data + ".key",
            Path.GetFullPath(balie["Blobs"] ?? Path.Combine(data, "blobs")))
        {
            Cluster = ClusterSettings.Read(balie.GetSection("Cluster")),
        };
    }

    private static SiloRoles ReadRoles(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return SiloRoles.All;
        return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Aggregate(SiloRoles.None, (roles, word) =>
            Enum.TryParse<SiloRoles>(word, ignoreCase: true, out var role) && role is SiloRoles.Web or SiloRoles.Rooms or SiloRoles.Media
                ? roles | role
                : throw new ArgumentException($"Balie:Roles has {word}; known are web, rooms and media."));
    }
}

/// <summary>
/// Ports on which silos speak to each other. Kept in the data folder: a silo that comes back on its old address takes over from the one that was killed at
/// once, instead of waiting until the cluster has given that one up.
/// </summary>
internal sealed record ClusterPorts(int Silo, int Gateway)
{
    public static ClusterPorts Choose(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "silo-ports");
        var kept = File.Exists(file) ? File.ReadAllText(file).Split(' ') : [];
        if (kept.Length == 2 && int.TryParse(kept[0], out var silo) && int.TryParse(kept[1], out var gateway) && IsFree(silo) && IsFree(gateway)) return new ClusterPorts(silo, gateway);
        var chosen = TwoFree();
        File.WriteAllText(file, $"{chosen.Silo} {chosen.Gateway}");
        return chosen;
    }

    private static ClusterPorts TwoFree()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return new ClusterPorts(((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
