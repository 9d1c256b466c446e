using System.Globalization;

namespace Balie.Browser.Stage;

/// <summary>Drops some of the UDP packets that arrive in this network; only in one of our own (<c>tests/lib/apart</c>), for it concerns everything in it.</summary>
public sealed class Loss : IAsyncDisposable
{
    private const string Table = "balie_loss";

    private Loss()
    {
    }

    public static bool IsPossible => Environment.GetEnvironmentVariable("BALIE_TEST_NETWORK") == "own";

    public static async Task<Loss> StartAsync(int percent)
    {
        await Machine.RunAsync("nft", "add", "table", "ip", Table);
        var loss = new Loss();
        await Machine.RunAsync("nft", "add", "chain", "ip", Table, "input", "{ type filter hook input priority 0 ; }");
        await Machine.RunAsync("nft", "add", "rule", "ip", Table, "input", "meta", "l4proto", "udp", "numgen", "random", "mod", "100", "<", percent.ToString(CultureInfo.InvariantCulture), "counter", "drop");
        return loss;
    }

    public async ValueTask DisposeAsync() => await Machine.RunAsync("nft", "delete", "table", "ip", Table);
}
