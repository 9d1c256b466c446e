using System.Net;
using System.Net.Sockets;

namespace Balie.Grains.Integrations;

/// <summary>
/// Which addresses a webhook may go to. Whoever fills in an address must not reach Balie's own network through it (server-side request
/// forgery), so outside Development only public unicast addresses count, over https. The connection goes to the address that was judged,
/// not to what the name says a moment later.
/// </summary>
public static class AddressGuard
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>True for an address on the public internet (IANA special-purpose registries).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Refused.Any(network => network.Contains(address));
    }

    /// <summary>Connects to the first judged address of the host that answers.</summary>
    /// <exception cref="AddressRefusedException">The name leads to an address that is not public.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, bool publicOnly, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host.Host, ct);
        // One private address among public ones is a trick too: nothing of it is used.
        if (publicOnly && addresses.FirstOrDefault(a => !IsPublic(a)) is { } refused) throw new AddressRefusedException(host.Host, refused);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A webhook's name leads to where it may not go.</summary>
public sealed class AddressRefusedException(string host, IPAddress address) : Exception($"{host} leads to {address}, which is not a public address.");
