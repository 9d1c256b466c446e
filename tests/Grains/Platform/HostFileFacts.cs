using System.Runtime.InteropServices;
using Balie.Grains.Platform;

namespace Balie.Grains.Tests.Platform;

/// <summary>Files that a program of another user made, or whose folder it owns.</summary>
public sealed class HostFileFacts : IDisposable
{
    private const uint Nobody = 65534;
    private readonly string _folder = Directory.CreateTempSubdirectory("bh").FullName;

    private static uint Me => geteuid();

    private string Name => Path.Combine(_folder, "name");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_ordinary_file_of_the_user_is_read()
    {
        File.WriteAllText(Name, "made");

        using var reader = new StreamReader(PlainFile.OpenRead(Name, Me));
        reader.ReadToEnd().ShouldBe("made");
    }

    [Fact]
    public void What_is_no_file_or_somebody_elses_is_not()
    {
        Should.Throw<IOException>(() => PlainFile.OpenRead(Name, Me));
        File.WriteAllText(Name, "mine");
        Should.Throw<IOException>(() => PlainFile.OpenRead(Name, Me + 1));
        Should.Throw<IOException>(() => PlainFile.OpenRead(_folder, Me));
    }

    [Fact]
    public void A_link_to_a_file_of_others_is_not_followed()
    {
        var secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "of others");
        File.CreateSymbolicLink(Name, secret);

        Should.Throw<IOException>(() => PlainFile.OpenRead(Name, Me + 1));
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        mkfifo(Name, 0x1A4).ShouldBe(0);

        Should.Throw<IOException>(() => PlainFile.OpenRead(Name, Me));
    }

    [Fact]
    public void A_link_is_given_away_and_not_the_file_behind_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root gives files away.");
        var secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "of root");
        File.CreateSymbolicLink(Name, secret);

        FileOwner.Give(Name, Nobody);

        PlainFile.OpenRead(secret, 0).Dispose();
    }

    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc", SetLastError = true)]
    private static extern int mkfifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
