using System.Diagnostics;

namespace Balie.Browser.Stage;

/// <summary>Tracks as a media node wrote them, and what stands beside them until they are gone.</summary>
internal static class RawTracks
{
    /// <summary>Waits until nothing lies under those folders of media nodes: tracks go a moment after everybody is told that they are in the store.</summary>
    public static async Task AreGoneAsync(params string[] recordings)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var clock = Stopwatch.StartNew(); ; await look.WaitForNextTickAsync())
        {
            try
            {
                if (Under(recordings) is not { Count: > 0 } left) return;
                if (clock.Elapsed.TotalMilliseconds > Person.Patience) left.ShouldBeEmpty("nothing stays on a node");
            }
            catch (DirectoryNotFoundException) when (recordings.All(Directory.Exists))
            {
                // One of the folders went while it was looked at.
            }
        }
    }

    private static List<string> Under(string[] recordings) => [.. recordings.SelectMany(folder => Directory.EnumerateFiles(folder, "*.mjr*", SearchOption.AllDirectories))];
}
