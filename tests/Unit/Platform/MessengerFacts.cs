using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Platform;

/// <summary>What one room says to another that may just have lost its machine.</summary>
public sealed class MessengerFacts
{
    private readonly List<(string Word, TaskCompletionSource Answer)> _said = [];
    private readonly FakeTimeProvider _clock = new();
    private readonly Messenger _messenger;

    public MessengerFacts() => _messenger = new Messenger("zonnedaal/v1", _clock, NullLogger.Instance);

    [Fact]
    public void Words_come_in_order_each_after_the_answer_to_the_one_before()
    {
        Tell("closed");
        Tell("presence");
        Said.ShouldBe(["closed"]);

        Answer();

        Said.ShouldBe(["closed", "presence"]);
        _messenger.IsBusy.ShouldBeTrue();
        Answer();
        _messenger.IsBusy.ShouldBeFalse();
    }

    [Fact]
    public void What_is_not_answered_is_said_again_before_what_came_after_it()
    {
        Tell("closed");
        Tell("presence");

        Fail(new TimeoutException());
        Fail(new BalieException(BalieError.Unavailable("journal.unavailable", "Even geduld.")));
        Answer();

        Said.ShouldBe(["closed", "closed", "closed", "presence"]);
    }

    [Fact]
    public void A_listener_that_stays_away_is_asked_ever_less_often()
    {
        Tell("presence");
        for (var i = 0; i < 8; i++) Fail(new TimeoutException());
        var asked = _said.Count;

        _said[^1].Answer.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromSeconds(7));
        _said.Count.ShouldBe(asked);
        _clock.Advance(TimeSpan.FromSeconds(1));

        _said.Count.ShouldBe(asked + 1);
    }

    [Fact]
    public void A_refusal_is_an_answer()
    {
        Tell("presence");

        _said[0].Answer.SetException(new BalieException(RoomErrors.Erased));

        _messenger.IsBusy.ShouldBeFalse();
    }

    [Fact]
    public void A_newer_word_takes_the_place_of_one_that_waits()
    {
        Tell("closed");
        Tell("presence", "presence 1");
        Tell("presence", "presence 2");

        Answer();
        Answer();

        Said.ShouldBe(["closed", "presence 2"]);
    }

    [Fact]
    public void A_word_is_said_once_more_when_it_came_again_while_it_was_on_its_way()
    {
        Tell("look");
        Tell("look");

        Answer();

        Said.ShouldBe(["look", "look"]);
    }

    [Fact]
    public void Who_leaves_says_nothing_more()
    {
        Tell("closed");
        Tell("presence");

        _messenger.Close();
        _said[0].Answer.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Tell("look");

        Said.ShouldBe(["closed"]);
    }

    private IEnumerable<string> Said => _said.Select(s => s.Word);

    private void Tell(string about, string? word = null) => _messenger.Tell(about, () =>
    {
        _said.Add((word ?? about, new TaskCompletionSource()));
        return _said[^1].Answer.Task;
    });

    private void Answer() => _said[^1].Answer.SetResult();

    /// <summary>And time goes by until it is said again.</summary>
    private void Fail(Exception problem)
    {
        _said[^1].Answer.SetException(problem);
        _clock.Advance(TimeSpan.FromSeconds(8));
    }
}
