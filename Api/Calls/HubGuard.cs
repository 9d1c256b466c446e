using System.Threading.RateLimiting;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>Who is behind a hub connection, as the door established when it was opened.</summary>
internal static class HubCaller
{
    private const string Key = "balie.caller", RoomKey = "balie.room";

    public static void Keep(HubCallerContext context)
    {
        var http = context.GetHttpContext() ?? throw new HubException("door.closed|Deze deur is dicht.");
        context.Items[Key] = http.Caller();
        context.Items[RoomKey] = (http.Request.Query["tenant"].ToString(), http.Request.Query["visit"].ToString());
    }

    public static Caller Of(HubCallerContext context) => (Caller)context.Items[Key]!;

    public static (string Tenant, string Visit) Room(HubCallerContext context) => ((string, string))context.Items[RoomKey]!;
}

/// <summary>
/// Around every hub call: sets the caller, refuses a flood (<c>signal.flood</c>), asks again once what is worth it, and turns refusals into
/// a HubException <c>code|sentence</c>. A caller has one allowance and few connections, however many browsers they open.
/// </summary>
public sealed class HubGuard(LimitOptions limits, ILogger<HubGuard> log) : IHubFilter
{
    private const string AllowanceKey = "balie.allowance";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Allowance> _allowances = [];

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        HubCaller.Keep(context.Context);
        Caller.Current = HubCaller.Of(context.Context);
        context.Context.Items[AllowanceKey] = Take(RateLimits.KeyOf(Caller.Required));
        try
        {
            await next(context);
        }
        catch
        {
            // A connection that never opened is never told to have closed.
            GiveBack(context.Context);
            throw;
        }
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!((Allowance)invocation.Context.Items[AllowanceKey]!).Spend()) throw new HubException("signal.flood|Dat ging erg snel. Wacht even.");
        Caller.Current = HubCaller.Of(invocation.Context);
        try
        {
            return await RetryOnce.RunAsync(async () => await next(invocation));
        }
        catch (Exception cause) when (cause is not HubException)
        {
            throw Refuse(invocation, cause);
        }
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        Caller.Current = HubCaller.Of(context.Context);
        try
        {
            await next(context, exception);
        }
        finally
        {
            GiveBack(context.Context);
        }
    }

    private Allowance Take(string caller)
    {
        lock (_lock)
        {
            if (!_allowances.TryGetValue(caller, out var allowance)) _allowances[caller] = allowance = new Allowance(caller);
            if (allowance.Open >= limits.ConnectionsPerCaller) throw new HubException("signal.connections|Dit staat al in te veel vensters open. Sluit er een.");
            allowance.Open++;
            return allowance;
        }
    }

    private void GiveBack(HubCallerContext context)
    {
        if (!context.Items.Remove(AllowanceKey, out var kept) || kept is not Allowance allowance) return;
        lock (_lock)
        {
            if (--allowance.Open > 0) return;
            _allowances.Remove(allowance.Caller);
        }
        allowance.Dispose();
    }

    private HubException Refuse(HubInvocationContext invocation, Exception cause)
    {
        var refusal = Refusal.Of(cause);
        if (refusal.IsFault && !invocation.Context.ConnectionAborted.IsCancellationRequested)
            log.LogError(cause, "Hub call {Method} failed; connection {Connection}.", invocation.HubMethodName, invocation.Context.ConnectionId);
        if (refusal.Away is { } away) log.LogWarning("Hub call {Method} was put off: {Reason}", invocation.HubMethodName, away);
        return new HubException($"{refusal.Errors[0].Code}|{refusal.Errors[0].Message}");
    }

    private sealed class Allowance(string caller) : IDisposable
    {
        /// <summary>Refilled when it is asked, not by a timer for everyone who is connected.</summary>
        private readonly TokenBucketRateLimiter _bucket = new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 120,
            TokensPerPeriod = 20,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
            QueueLimit = 0,
        });

        public string Caller => caller;

        public int Open { get; set; }

        /// <summary>False when there was too much.</summary>
        public bool Spend()
        {
            _bucket.TryReplenish();
            using var lease = _bucket.AttemptAcquire();
            return lease.IsAcquired;
        }

        public void Dispose() => _bucket.Dispose();
    }
}
