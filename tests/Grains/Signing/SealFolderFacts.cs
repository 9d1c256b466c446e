using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Signing;

public sealed class SealFolderFacts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("balie-seals-").FullName;
    private readonly SealAuthority _real = new("Certipost Zonnedaal");
    private readonly SealAuthority _practice = new(PracticeSeal.Organisation);

    public void Dispose()
    {
        _real.Dispose();
        _practice.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_municipalitys_own_seal_signs_and_its_root_stays_out_of_the_chain()
    {
        _real.Write(_folder, "zonnedaal");
        using var seals = Seals(development: false);
        await seals.Folder.StartAsync(TestContext.Current.CancellationToken);

        seals.Folder.ForTenant("zonnedaal").Chain.Select(c => c.Subject).ShouldBe(["CN=Zegel zonnedaal, O=zonnedaal, C=BE"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Outside_Development_a_practice_seal_stops_the_start(bool byIssuer)
    {
        if (byIssuer) _practice.Write(_folder, "zonnedaal");
        else _real.Write(_folder, "zonnedaal", policy: PracticeSeal.Policy);
        using var seals = Seals(development: false);

        var refused = await Should.ThrowAsync<SealException>(() => seals.Folder.StartAsync(TestContext.Current.CancellationToken));

        refused.Code.ShouldBe("seal.practice");
        refused.Message.ShouldContain("zonnedaal.pfx");
    }

    [Fact]
    public async Task A_practice_seal_that_is_put_there_later_is_not_used_either()
    {
        using var seals = Seals(development: false);
        await seals.Folder.StartAsync(TestContext.Current.CancellationToken);
        _practice.Write(_folder, "zonnedaal");

        Should.Throw<BalieException>(() => seals.Folder.ForTenant("zonnedaal")).Error.Code.ShouldBe("signing.seal-missing");
    }

    [Fact]
    public async Task In_Development_a_practice_seal_signs()
    {
        _practice.Write(_folder, "zonnedaal", policy: PracticeSeal.Policy);
        using var seals = Seals(development: true);
        await seals.Folder.StartAsync(TestContext.Current.CancellationToken);

        seals.Folder.ForTenant("zonnedaal").Chain.ShouldNotBeEmpty();
    }

    [Fact]
    public void Another_tenants_seal_is_never_used_and_a_renewed_one_is_picked_up()
    {
        _real.Write(_folder, "zonnedaal");
        using var seals = Seals(development: true);
        Should.Throw<BalieException>(() => seals.Folder.ForTenant("rivierbeke")).Error.Code.ShouldBe("signing.seal-missing");
        Should.Throw<BalieException>(() => seals.Folder.ForTenant("../zonnedaal")).Error.Code.ShouldBe("signing.seal-missing");

        var first = seals.Folder.ForTenant("zonnedaal").Chain[0].Thumbprint;
        seals.Folder.ForTenant("zonnedaal").Chain[0].Thumbprint.ShouldBe(first);
        _real.Write(_folder, "zonnedaal", "ander");
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "zonnedaal.pfx"), DateTime.UtcNow.AddMinutes(1));
        seals.Folder.ForTenant("zonnedaal").Chain[0].Thumbprint.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_seal_that_cannot_be_opened_does_not_keep_the_other_municipalities_from_starting()
    {
        _real.Write(_folder, "zonnedaal");
        File.WriteAllText(Path.Combine(_folder, "zonnedaal.password"), "fout");
        _real.Write(_folder, "rivierbeke");
        using var seals = Seals(development: false);
        await seals.Folder.StartAsync(TestContext.Current.CancellationToken);

        Should.Throw<BalieException>(() => seals.Folder.ForTenant("zonnedaal")).Error.Code.ShouldBe("signing.seal-missing");
        seals.Folder.ForTenant("rivierbeke").Chain.ShouldNotBeEmpty();
    }

    private Held Seals(bool development) => new(new SealFolder(new SealOptions(_folder, development), NullLogger<SealFolder>.Instance));

    private sealed record Held(SealFolder Folder) : IDisposable
    {
        public void Dispose() => Folder.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
    }
}
