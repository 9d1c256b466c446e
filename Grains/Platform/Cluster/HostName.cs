using System.Net;
using System.Net.Sockets;

namespace Balie.Grains.Platform;

/// <summary>Settings that name a machine.</summary>
public static class HostName
{
    /// <param name="setting">Its name, for the complaint.</param>
    /// <param name="given">An address, or a name that this machine has on the network of the cluster; IPv4 is preferred.</param>
    /// <exception cref="ArgumentException">The name is nobody's.</exception>
    public static IPAddress Resolve(string setting, string given)
    {
        if (IPAddress.TryParse(given, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(given).OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException)
        {
            throw new ArgumentException($"{setting} is {given}, which is no address and no name of this machine.");
        }
    }
}
