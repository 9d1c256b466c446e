using System.Net.Sockets;
using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Unit.Tests.Platform;

/// <summary>Looks in the database that a crowd shares.</summary>
public sealed class SharedLookFacts
{
    private readonly List<(IReadOnlyList<int> Questions, TaskCompletionSource<string> Answer)> _begun = [];
    private readonly SemaphoreSlim _begins = new(0);
    private readonly SharedLook<int, string> _look;

    public SharedLookFacts() => _look = new(LookAsync);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_during_a_look_is_served_by_the_next_one_together()
    {
        var first = await BeginAsync(1);
        var (second, third) = (_look.AskAsync(2, Ct), _look.AskAsync(3, Ct));

        _begun[0].Answer.SetResult("before");
        await _begins.WaitAsync(Ct);
        _begun[1].Answer.SetResult("after");

        (await first, await second, await third).ShouldBe(("before", "after", "after"));
        _begun.Select(b => b.Questions).ShouldBe([[1], [2, 3]]);
    }

    [Fact]
    public async Task Who_waits_for_a_look_that_meets_no_database_is_told_so_without_a_look_of_their_own()
    {
        var first = await BeginAsync(1);
        var second = _look.AskAsync(2, Ct);

        _begun[0].Answer.SetException(new DatabaseAwayException(new SocketException()));

        await Should.ThrowAsync<DatabaseAwayException>(first);
        await Should.ThrowAsync<DatabaseAwayException>(second);
        _begun.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_asks_after_the_outage_was_told_has_it_looked_at_anew()
    {
        var first = await BeginAsync(1);
        var second = _look.AskAsync(2, Ct);
        _begun[0].Answer.SetException(new DatabaseAwayException(new SocketException()));
        await Should.ThrowAsync<DatabaseAwayException>(first);
        await Should.ThrowAsync<DatabaseAwayException>(second);

        var third = await BeginAsync(3);
        _begun[1].Answer.SetResult("back");

        (await third).ShouldBe("back");
    }

    [Fact]
    public async Task A_connection_that_broke_costs_the_next_look_nothing()
    {
        var first = await BeginAsync(1);
        var second = _look.AskAsync(2, Ct);

        _begun[0].Answer.SetException(new NpgsqlException("This connection broke.", new IOException()));
        await _begins.WaitAsync(Ct);
        _begun[1].Answer.SetResult("fine");

        await Should.ThrowAsync<NpgsqlException>(first);
        (await second).ShouldBe("fine");
    }

    /// <summary>Returns once the look is under way.</summary>
    private async Task<Task<string>> BeginAsync(int question)
    {
        var asked = _look.AskAsync(question, Ct);
        await _begins.WaitAsync(Ct);
        return asked;
    }

    private Task<string> LookAsync(IReadOnlyList<int> questions)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _begun.Add((questions, answer));
        _begins.Release();
        return answer.Task;
    }
}
