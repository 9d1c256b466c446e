using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>A call of two, at Balie or at the floor's relay: the officer is in and sends, the citizen waits to be let in.</summary>
internal interface ICall : IAsyncDisposable
{
    IPage Officer { get; }

    IPage Citizen { get; }

    /// <summary>The officer's click that lets the citizen in.</summary>
    ILocator LetIn { get; }
}

internal static class Calls
{
    /// <summary>Lets the citizen in and waits until both were shown the other.</summary>
    /// <returns>Milliseconds from the click to the first frame at the citizen and at the officer.</returns>
    public static async Task<(double Citizen, double Officer)> LetInAsync(this ICall call, CancellationToken ct)
    {
        // What loading the pages cost the machine is over.
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        await call.LetIn.ClickAsync();
        var clicked = await Onlooker.ClickedAsync(call.Officer);
        var (citizen, officer) = (await Onlooker.FrameAsync(call.Citizen, clicked), await Onlooker.FrameAsync(call.Officer, clicked));
        return (citizen - clicked, officer - clicked);
    }

    /// <summary>Milliseconds from <paramref name="since"/> until both were shown a picture that began after it.</summary>
    public static async Task<double> SeeAgainAsync(this ICall call, double since)
    {
        var frames = await Task.WhenAll(Onlooker.FrameAsync(call.Citizen, since), Onlooker.FrameAsync(call.Officer, since));
        return frames.Max() - since;
    }
}
