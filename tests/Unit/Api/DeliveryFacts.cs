using Balie.Api.Calls;

namespace Balie.Unit.Tests.Api;

public sealed class DeliveryFacts
{
    private readonly Deliveries _deliveries = new();

    [Fact]
    public void What_a_feed_says_again_is_not_new()
    {
        _deliveries.IsNew(Id(7)).ShouldBeTrue();
        _deliveries.IsNew(Id(8)).ShouldBeTrue();
        _deliveries.IsNew(Id(7)).ShouldBeFalse();
    }

    [Fact]
    public void Only_the_last_ones_are_remembered()
    {
        for (var i = 0; i <= Deliveries.Remembered; i++) _deliveries.IsNew(Id(i)).ShouldBeTrue();
        _deliveries.IsNew(Id(1)).ShouldBeFalse();
        _deliveries.IsNew(Id(0)).ShouldBeTrue();
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
