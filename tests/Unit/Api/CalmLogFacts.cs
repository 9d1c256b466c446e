using Balie.Api.Platform.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Api;

public sealed class CalmLogFacts : IDisposable
{
    private const string Orleans = "Orleans.Runtime.Membership", Ours = "Balie.Grains.Calls.CallRoomGrain";
    private readonly FakeTimeProvider _clock = new();
    private readonly Lines _said = new();
    private readonly CalmLog _calm;

    public CalmLogFacts() => _calm = new CalmLog(_said, _clock);

    [Fact]
    public void What_Orleans_keeps_crying_is_said_once_and_then_counted()
    {
        Cry(Orleans, 17, times: 400);
        _said.ShouldBe(["Error: no table"]);

        _clock.Advance(CalmLog.Window);

        _said.ShouldBe(["Error: no table", "Error: 399 more of these in 30 s. The last: no table"]);
    }

    [Fact]
    public void Another_kind_of_trouble_is_said_at_once()
    {
        Cry(Orleans, 17, times: 2);
        Cry(Orleans, 18, times: 2);
        Cry("Orleans.Runtime.Catalog", 17, times: 2);
        _said.Count.ShouldBe(3);
    }

    [Fact]
    public void After_a_quiet_while_it_is_said_in_full_again()
    {
        Cry(Orleans, 17, times: 1);
        _clock.Advance(CalmLog.Window);
        Cry(Orleans, 17, times: 1);
        _said.ShouldBe(["Error: no table", "Error: no table"]);
    }

    [Fact]
    public void What_Balie_itself_says_and_what_is_critical_is_said_each_time()
    {
        Cry(Ours, 17, times: 3);
        Cry(Orleans, 17, times: 3, LogLevel.Critical);
        _said.Count.ShouldBe(6);
    }

    [Fact]
    public void An_outage_is_said_once_whoever_meets_it()
    {
        var log = _calm.CreateLogger(Ours);
        for (var i = 0; i < 3; i++) log.Log(LogLevel.Warning, new EventId(4), "out of reach", new TimeoutException(), (text, _) => text);
        _said.ShouldBe(["Warning: out of reach"]);
    }

    [Fact]
    public void What_was_only_counted_is_told_before_the_process_ends()
    {
        Cry(Orleans, 17, times: 3);
        _calm.Dispose();
        _said[^1].ShouldBe("Error: 2 more of these in 0 s. The last: no table");
    }

    public void Dispose() => _calm.Dispose();

    private void Cry(string category, int id, int times, LogLevel level = LogLevel.Error)
    {
        var log = _calm.CreateLogger(category);
        for (var i = 0; i < times; i++) log.Log(level, new EventId(id), "no table", null, (text, _) => text);
    }

    private sealed class Lines : List<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
