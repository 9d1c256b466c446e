using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Balie.Grains.Calls.Media;

/// <summary>Finds an address of this host that Janus will use for media: it skips loopback, and so must we.</summary>
internal static class HostAddress
{
    /// <exception cref="InvalidOperationException">The host has loopback only.</exception>
    internal static string FindForMedia()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is not OperationalStatus.Down && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .OrderByDescending(i => i.GetIPProperties().GatewayAddresses.Count)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal);
        var found = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault();
        return found?.ToString() ?? throw new InvalidOperationException(
            "This host has no network address besides loopback; a call needs one. Connect it, or add a dummy interface.");
    }

    internal static int FreeLoopbackPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
