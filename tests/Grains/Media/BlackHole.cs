using System.Net;
using System.Net.Sockets;
using Balie.Grains.Calls.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>An address that takes connections and never says a word, as a machine does that hangs or whose network swallows everything.</summary>
sealed class BlackHole : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public BlackHole() => listener.Start();

    public MediaNodeAddress Address(string incarnation) =>
        new(new($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), "api", "admin", incarnation, "/nowhere");

    public void Dispose() => listener.Dispose();
}
