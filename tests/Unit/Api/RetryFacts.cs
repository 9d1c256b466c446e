using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Api;

/// <summary>A room that does not answer now is asked once more, by the door instead of by the browser.</summary>
public sealed class RetryFacts
{
    private static readonly BalieException Away = new(BalieError.Unavailable("journal.unavailable", "Even geduld."));
    private readonly FakeTimeProvider _clock = new();
    private int _asked;

    [Fact]
    public async Task What_is_refused_at_once_is_asked_again() => (await AskAsync(took: TimeSpan.Zero, Away)).ShouldBe(2);

    [Fact]
    public async Task Who_waited_for_long_already_is_told_and_does_not_wait_as_long_again()
    {
        (await Should.ThrowAsync<BalieException>(AskAsync(took: TimeSpan.FromSeconds(1), Away))).ShouldBe(Away);
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_that_stands_is_not_asked_again()
    {
        await Should.ThrowAsync<BalieException>(AskAsync(took: TimeSpan.Zero, new BalieException(BalieError.Conflict("slot.taken", "Dat moment is bezet."))));
        _asked.ShouldBe(1);
    }

    /// <summary>The first time it is refused; the second time it answers how often it was asked.</summary>
    private Task<int> AskAsync(TimeSpan took, BalieException refusal) => RetryOnce.RunAsync(
        () =>
        {
            _clock.Advance(took);
            return ++_asked == 1 ? throw refusal : Task.FromResult(_asked);
        },
        _clock);
}
