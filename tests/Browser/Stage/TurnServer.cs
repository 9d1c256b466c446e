using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Balie.Browser.Stage;

/// <summary>A coturn of this run, reached over TCP only: the way round for somebody whose network lets no UDP through.</summary>
public sealed class TurnServer : IAsyncDisposable
{
    public const string Secret = "een-geheim-van-de-proef";

    private readonly Child child;

    private TurnServer(Child child, string url) => (this.child, Url) = (child, url);

    public string Url { get; }

    public static async Task<TurnServer> StartAsync(string folder, string log)
    {
        Directory.CreateDirectory(folder);
        var (address, port) = (HostAddress(), Machine.FreePorts());
        var child = await Child.StartAsync(log, line => line.Contains("Total General servers", StringComparison.Ordinal), TimeSpan.FromSeconds(30), new Dictionary<string, string>(),
            "turnserver", "-n", "--log-file=stdout", $"--listening-ip={address}", $"--relay-ip={address}", $"--listening-port={port}", "--min-port=41000", "--max-port=41199",
            "--realm=balie", "--use-auth-secret", $"--static-auth-secret={Secret}", "--fingerprint", "--no-cli", "--no-udp", "--no-tls", "--no-dtls", "--no-multicast-peers",
            "--stale-nonce=600", "--user-quota=12", "--no-tcp-relay", "--denied-peer-ip=0.0.0.0-255.255.255.255", $"--allowed-peer-ip={address}",
            $"--pidfile={Path.Combine(folder, "turn.pid")}", $"--userdb={Path.Combine(folder, "turn.db")}");
        return new TurnServer(child, $"turn:{address}:{port}?transport=tcp");
    }

    /// <summary>The media node skips loopback, and so must the relay that speaks to it.</summary>
    private static IPAddress HostAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .First(address => address.AddressFamily == AddressFamily.InterNetwork);

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
