using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Signing;
using Balie.Pades;
using CsCheck;

namespace Balie.Unit.Tests.Signing;

public sealed class SignerHandFacts
{
    [Theory]
    [InlineData("Gerrit Maes")]
    [InlineData("  José  van 't Hoff-D’Hondt Jr. ")]
    [InlineData("Ayşe Öztürk")]
    public void A_name_is_typed_with_the_letters_it_has(string name) => SignerHand.Refused(Types(name)).ShouldBeNull();

    [Theory]
    [InlineData(null, "signing.nothing-typed")]
    [InlineData("  ", "signing.nothing-typed")]
    [InlineData("...", "signing.typed-name")]
    [InlineData("Gerrit\u202eseaM", "signing.typed-name")]
    [InlineData("Gerrit\nMaes", "signing.typed-name")]
    [InlineData("Gerrit <b>", "signing.typed-name")]
    public void What_is_no_name_is_refused(string? name, string code) => SignerHand.Refused(Types(name))!.Code.ShouldBe(code);

    [Fact]
    public void A_name_has_a_limit()
    {
        SignerHand.Refused(Types(new string('a', 80))).ShouldBeNull();
        SignerHand.Refused(Types(new string('a', 81)))!.Code.ShouldBe("signing.typed-name");
        SignerHand.Refused(Types(new string('a', 1_000_000)))!.Code.ShouldBe("signing.typed-name");
        SignerHand.Refused(Types("Gerrit \ud800"))!.Code.ShouldBe("signing.typed-name");
    }

    [Fact]
    public void Drawings_that_cannot_be_a_signature_are_refused()
    {
        SignerHand.Refused(Draws())!.Code.ShouldBe("signing.nothing-drawn");
        SignerHand.Refused(Draws(Array.Empty<float>()))!.Code.ShouldBe("signing.drawing");
        SignerHand.Refused(Draws([0.1f, 0.2f, 0.3f]))!.Code.ShouldBe("signing.drawing");
        SignerHand.Refused(Draws([0.1f, 0.2f, 1.01f, 0.5f]))!.Code.ShouldBe("signing.drawing");
        SignerHand.Refused(Draws([0.1f, float.NaN, 0.9f, 0.5f]))!.Code.ShouldBe("signing.drawing");
        SignerHand.Refused(Draws([0.5f, 0.5f, 0.51f, 0.52f]))!.Code.ShouldBe("signing.nothing-drawn");
        SignerHand.Refused(Draws([.. Enumerable.Range(0, 5_002).Select(i => i % 2 / 2f)]))!.Code.ShouldBe("signing.drawing-too-long");
        SignerHand.Refused(Draws([0.1f, 0.2f, 0.8f, 0.7f], [0.5f, 0.5f])).ShouldBeNull();
    }

    [Fact]
    public void Other_means_are_refused() => SignerHand.Refused(Types("Gerrit Maes") with { Means = "stamp" })!.Code.ShouldBe("signing.means");

    [Fact]
    public void What_is_drawn_reaches_the_paper_point_by_point()
    {
        var hand = SignerHand.Of(Draws([0.1f, 0.2f, 0.8f, 0.7f], [0.5f, 0.25f])).ShouldBeOfType<DrawnHand>();
        hand.Strokes.Select(s => s.Count).ShouldBe([2, 1]);
        hand.Strokes[1][0].ShouldBe(new StrokePoint(0.5, 0.25));
    }

    [Fact]
    public void Whatever_a_client_sends_is_refused_or_becomes_a_hand_and_its_digest_tells_strokes_apart()
    {
        var number = Gen.OneOf(Gen.Float, Gen.Float.Unit);
        var strokes = number.Array[0, 12].Array[0, 5];
        Check.Sample(Gen.Select(strokes, strokes), (a, b) =>
        {
            SignDocument first = Draws(a), second = Draws(b);
            if (SignerHand.Refused(first) is null) SignerHand.Of(first);
            var same = a.Length == b.Length && a.Zip(b).All(p => MemoryMarshal.AsBytes(p.First.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(p.Second.AsSpan())));
            return same == (SignerHand.Digest(first) == SignerHand.Digest(second));
        });
    }

    private static SignDocument Types(string? name) =>
        new() { CommandId = Guid.NewGuid(), Sha256 = "", Means = "typed", TypedName = name, StatementVersion = "nl-1" };

    private static SignDocument Draws(params float[][] strokes) => new()
    {
        CommandId = Guid.NewGuid(), Sha256 = "", Means = "drawn", StatementVersion = "nl-1", Strokes = [.. strokes.Select(s => s.ToImmutableArray())],
    };
}
