using System.Security.Cryptography;
using System.Text.Json;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// What Balie must remember of a running Janus to find it again after a restart of Balie itself. Kept in a file that
/// only Balie's user may read: with these secrets anyone on the machine could listen in.
/// </summary>
internal sealed record JanusNodeFile(
    string ApiSecret, string AdminSecret, string AdminKey, int Port, int Pid, ulong PidStartTime, string MediaAddress, string Incarnation)
{
    internal static JanusNodeFile Fresh(string node, int port, string mediaAddress) =>
        new(Secret(), Secret(), Secret(), port, 0, 0, mediaAddress, $"{node}/{Guid.CreateVersion7():N}");

    internal static JanusNodeFile? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<JanusNodeFile>(File.ReadAllText(path));
        }
        catch (JsonException)
        {
            // A torn file means the process it spoke of was never recorded: there is nothing to adopt.
            return null;
        }
    }

    internal void Write(string path)
    {
        var next = path + ".next";
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(next, options))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    static string Secret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
}
