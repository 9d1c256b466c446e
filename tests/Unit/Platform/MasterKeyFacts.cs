using Balie.Grains.Platform.Keys;

namespace Balie.Unit.Tests.Platform;

public sealed class MasterKeyFacts : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("balie-master-").FullName;

    private string Data => Path.Combine(_root, "data");

    private string KeyFile => Path.Combine(_root, "keys", "master.key");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Development_makes_a_key_that_only_its_user_may_read_and_finds_it_again()
    {
        var made = MasterKey.Load(KeyFile, Data, development: true);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        MasterKey.Load(KeyFile, Data, development: false).Derive("x").ShouldBe(made.Derive("x"));
        made.Derive("x").ShouldNotBe(made.Derive("y"));
    }

    [Fact]
    public void Outside_Development_there_is_no_start_without_a_key()
    {
        Code(KeyFile, development: false).ShouldBe("key.master-missing");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public void A_key_that_others_may_read_is_refused(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        MasterKey.Load(KeyFile, Data, development: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | extra);
        Code(KeyFile, development: true).ShouldBe("key.master-exposed");
    }

    [Fact]
    public void A_key_in_the_data_folder_is_refused_outside_Development_also_through_a_link()
    {
        var inside = Path.Combine(Data, "master.key");
        MasterKey.Load(inside, Data, development: true);
        Code(inside, development: false).ShouldBe("key.master-in-data");
        var link = Path.Combine(_root, "link.key");
        File.CreateSymbolicLink(link, inside);
        Code(link, development: false).ShouldBe("key.master-in-data");
    }

    [Theory]
    [InlineData("geen base64!")]
    [InlineData("AAAA")]
    public void A_broken_key_is_refused(string content)
    {
        MasterKey.Load(KeyFile, Data, development: true);
        File.WriteAllText(KeyFile, content);
        Code(KeyFile, development: true).ShouldBe("key.master-broken");
    }

    private string Code(string file, bool development) => Should.Throw<MasterKeyException>(() => MasterKey.Load(file, Data, development)).Code;
}
