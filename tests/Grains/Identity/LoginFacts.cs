using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Tests.Platform;
using Balie.Grains.Tests.Signing;

namespace Balie.Grains.Tests.Identity;

/// <summary>A login beside the call, through the grain.</summary>
public sealed class LoginFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private Counter _counter = null!;

    public async ValueTask InitializeAsync() => _counter = await Counter.OpenAsync(database);

    public ValueTask DisposeAsync() => _counter.DisposeAsync();

    [Fact]
    public async Task A_login_whose_answer_was_lost_goes_on_with_the_secrets_of_the_first_try()
    {
        var visit = await _counter.MeetAsync(confirmed: false);
        var start = new StartLogin { CommandId = Guid.NewGuid(), Means = "itsme" };
        var lost = await visit.As<IIdentityCheckGrain, LoginTicket>(visit.Gerrit, g => g.StartLogin(start));

        var ticket = await visit.As<IIdentityCheckGrain, LoginTicket>(visit.Gerrit, g => g.StartLogin(start));

        ticket.ShouldBe(lost);
        (await visit.As<IIdentityCheckGrain, LoginTicket>(visit.Gerrit, g => g.TakeLogin(new TakeLogin { CommandId = Guid.NewGuid(), State = ticket.State }))).ShouldBe(ticket);
        (await database.ScalarAsync<string>($"select result from command where command_id = '{start.CommandId}'"))!.ShouldStartWith("~1:", customMessage: "sealed");
    }
}
