using Balie.Api.Calls;
using Orleans.Providers.Streams.Common;

namespace Balie.Unit.Tests.Api;

public sealed class DeliveryFacts
{
    private readonly Deliveries _deliveries = new();

    [Fact]
    public void What_a_stream_delivers_again_is_not_new()
    {
        _deliveries.IsNew(Token(7)).ShouldBeTrue();
        _deliveries.IsNew(Token(8)).ShouldBeTrue();
        _deliveries.IsNew(Token(7)).ShouldBeFalse();
        _deliveries.IsNew(Token(7, part: 1)).ShouldBeTrue("another event of the same batch");
    }

    /// <summary>The queue was opened anew on a machine whose clock is behind.</summary>
    [Fact]
    public void An_earlier_number_that_was_not_seen_is_new()
    {
        _deliveries.IsNew(Token(7)).ShouldBeTrue();
        _deliveries.IsNew(Token(3)).ShouldBeTrue();
    }

    [Fact]
    public void Only_the_last_ones_are_remembered()
    {
        for (var i = 0; i <= Deliveries.Remembered; i++) _deliveries.IsNew(Token(i)).ShouldBeTrue();
        _deliveries.IsNew(Token(1)).ShouldBeFalse();
        _deliveries.IsNew(Token(0)).ShouldBeTrue();
    }

    private static EventSequenceTokenV2 Token(long number, int part = 0) => new(number, part);
}
