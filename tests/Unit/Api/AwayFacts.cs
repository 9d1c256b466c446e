using System.Data.Common;
using Balie.Api.Platform;

namespace Balie.Unit.Tests.Api;

public sealed class AwayFacts
{
    [Fact]
    public void A_database_that_is_away_is_no_fault_and_worth_another_try()
    {
        var refusal = Refusal.Of(new Gone());

        refusal.Status.ShouldBe(503);
        refusal.RetryAfter.ShouldNotBeNull();
        refusal.IsFault.ShouldBeFalse();
        refusal.Away.ShouldBe("no connection");
    }

    [Fact]
    public void What_nobody_foresaw_is_a_fault() => Refusal.Of(new FormatException()).IsFault.ShouldBeTrue();

    private sealed class Gone() : DbException("no connection\nand much more")
    {
        public override bool IsTransient => true;
    }
}
