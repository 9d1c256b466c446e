using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>
/// Sees in a page, alike in ours and in the floor's, when somebody clicked and when the first frame of each remote picture was shown: the page's own video
/// elements are asked with requestVideoFrameCallback. Times are those of the machine's clock, in milliseconds, so that two browsers can be compared.
/// </summary>
internal static class Onlooker
{
    public const string Script = """
        (() => {
          const Native = window.RTCPeerConnection, lines = (window.__lines = []);
          window.RTCPeerConnection = class extends Native { constructor(...a) { super(...a); lines.push(this); } };
          const seen = (window.__seen = { clicked: 0, frames: [] });
          addEventListener('click', () => { seen.clicked = Date.now(); }, true);
          const isRemote = (track) => lines.some((line) => line.getReceivers().some((receiver) => receiver.track === track));
          const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
          Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { get, set(stream) {
            set.call(this, stream);
            if (this instanceof HTMLVideoElement && stream?.getVideoTracks().some(isRemote))
              this.requestVideoFrameCallback(() => seen.frames.push(Date.now()));
          } });
        })();
        """;

    /// <summary>When somebody last clicked in the page.</summary>
    public static Task<double> ClickedAsync(IPage page) => page.EvaluateAsync<double>("() => window.__seen.clicked");

    /// <summary>When the first frame of a remote picture was shown that began after <paramref name="since"/>; waits for it.</summary>
    public static async Task<double> FrameAsync(IPage page, double since)
    {
        // Looked at seldom, so that looking takes nothing from what is measured: the page itself keeps the time.
        var found = await page.WaitForFunctionAsync("since => window.__seen.frames.find((at) => at > since)", since, new() { PollingInterval = 200, Timeout = 30_000 });
        return await found.JsonValueAsync<double>();
    }

    /// <summary>Waits until the first <paramref name="count"/> connections of the page carry media.</summary>
    public static Task ConnectedAsync(IPage page, int count) => page.WaitForFunctionAsync(
        "count => window.__lines.filter((line) => line.connectionState === 'connected').length >= count", count, new() { PollingInterval = 100, Timeout = 30_000 });
}
