using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Console;

namespace Balie.Api.Platform.Logs;

/// <summary>
/// Says once what is said over and over while a database or a silo is away, and then how often it came: Orleans alone writes thousands of lines about it. That goes for the categories of
/// <see cref="Calmed"/>, and for every event that carries such an outage as its exception, each kind by itself; what is critical is always said.
/// </summary>
[ProviderAlias("Console")]
public sealed class CalmLog : ILoggerProvider, ISupportExternalScope
{
    /// <summary>For this long after one was said, others of its kind are only counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>The second is how Orleans names a logger it was not given a name for; the last says of each command that the database is away.</summary>
    private static readonly string[] Calmed = ["Orleans.", "Microsoft.Extensions.Logging.ILogger", "Balie.Grains.Platform.Journal"];

    private readonly ConcurrentDictionary<(string Category, int Event, LogLevel Level), Kind> _kinds = new();
    private readonly ILoggerProvider _inner;
    private readonly TimeProvider _clock;
    private readonly ITimer _round;

    /// <param name="inner">Says it; disposed with this one.</param>
    public CalmLog(ILoggerProvider inner, TimeProvider clock)
    {
        (_inner, _clock) = (inner, clock);
        _round = clock.CreateTimer(_ => Sum(always: false), null, Window, Window);
    }

    public ILogger CreateLogger(string categoryName) =>
        new Logger(this, categoryName, _inner.CreateLogger(categoryName), Calmed.Any(c => categoryName.StartsWith(c, StringComparison.Ordinal)));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider)
    {
        if (_inner is ISupportExternalScope scoped) scoped.SetScopeProvider(scopeProvider);
    }

    public void Dispose()
    {
        _round.Dispose();
        Sum(always: true);
        _inner.Dispose();
    }

    private bool IsFirst(string category, EventId id, LogLevel level, ILogger logger, Func<string> text)
    {
        if (level == LogLevel.Critical) return true;
        return _kinds.GetOrAdd((category, id.Id, level), _ => new Kind(logger, id, level)).IsFirst(_clock, text);
    }

    /// <summary>Says how often each kind was only counted.</summary>
    private void Sum(bool always)
    {
        foreach (var kind in _kinds.Values) kind.Sum(_clock, always);
    }

    private sealed class Logger(CalmLog calm, string category, ILogger inner, bool always) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            if (!IsCalmed(exception) || calm.IsFirst(category, eventId, logLevel, inner, () => formatter(state, exception))) inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private bool IsCalmed(Exception? exception) => always || (exception is not null && (Refusal.IsAway(exception) || exception.GetBaseException() is SocketException));
    }

    /// <summary>One kind of event: when it was last said in full, and how often it came since.</summary>
    private sealed class Kind(ILogger logger, EventId id, LogLevel level)
    {
        private readonly Lock _lock = new();
        private long? _saidAt;
        private int _more;
        private string _last = "";

        public bool IsFirst(TimeProvider clock, Func<string> text)
        {
            lock (_lock)
            {
                if (_saidAt is null)
                {
                    _saidAt = clock.GetTimestamp();
                    return true;
                }

                _more++;
                _last = text();
                return false;
            }
        }

        public void Sum(TimeProvider clock, bool always)
        {
            lock (_lock)
            {
                if (_saidAt is not { } at || (!always && clock.GetElapsedTime(at) < Window)) return;
                // When it stayed quiet, the next one is said in full again.
                _saidAt = _more > 0 ? clock.GetTimestamp() : null;
                if (_more == 0) return;
                logger.Log(level, id, $"{_more} more of these in {clock.GetElapsedTime(at).TotalSeconds:0} s. The last: {_last.Split('\n')[0].Trim()}", null, static (said, _) => said);
                _more = 0;
            }
        }
    }
}

public static class CalmLogHosting
{
    /// <summary>What the console says is said calmly (<see cref="CalmLog"/>); other loggers hear everything.</summary>
    public static WebApplicationBuilder CalmConsole(this WebApplicationBuilder builder)
    {
        var console = builder.Services.FirstOrDefault(s => s.ServiceType == typeof(ILoggerProvider) && s.ImplementationType == typeof(ConsoleLoggerProvider));
        if (console is null) return builder;
        builder.Services.Remove(console);
        builder.Services.AddSingleton<ILoggerProvider>(services =>
            new CalmLog(ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(services), TimeProvider.System));
        return builder;
    }
}
