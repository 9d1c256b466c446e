using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace Balie.Sandbox.Hooks;

/// <summary>One delivery, as received. <c>Status</c> is the answer it got; <c>Repeat</c> says its <c>webhook-id</c> came before. Time in UTC.</summary>
public sealed record Delivery(
    string Id, string Hook, DateTimeOffset ReceivedAt, IReadOnlyDictionary<string, string> Headers, string Body, Verdict Signature, int Status, bool Repeat);

/// <summary>How a hook answers: a secret to check with, and for the next <c>Times</c> deliveries another status, to practise retries.</summary>
public sealed record HookSetting(string? Secret = null, int? Status = null, int Times = 0);

/// <summary>Keeps every delivery in a file of its own under <c>hooks/NAME</c>, and the hooks' settings in <c>hooks/NAME.json</c>.</summary>
public sealed class HookStore
{
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, HookSetting> settings = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, Delivery> deliveries;

    public HookStore(DataFolder data, TimeProvider clock, IConfiguration configuration, Arrivals arrivals)
    {
        folder = data.Folder("hooks");
        this.clock = clock;
        Arrivals = arrivals;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
            settings[Path.GetFileNameWithoutExtension(file)] = JsonSerializer.Deserialize<HookSetting>(File.ReadAllBytes(file), JsonSerializerOptions.Web)!;
        foreach (var hook in configuration.GetSection("hook-secrets").GetChildren())
            settings[hook.Key] = new HookSetting(hook.Value);
        deliveries = Directory.EnumerateDirectories(folder).SelectMany(hook => Directory.EnumerateFiles(hook, "*.json"))
            .Select(file => JsonSerializer.Deserialize<Delivery>(File.ReadAllBytes(file), JsonSerializerOptions.Web)!)
            .ToImmutableSortedDictionary(delivery => delivery.Id, delivery => delivery, StringComparer.Ordinal);
    }

    public Arrivals Arrivals { get; }

    public HookSetting Setting(string hook) => settings.GetValueOrDefault(hook) ?? new HookSetting();

    /// <exception cref="FormatException">The secret is not base64.</exception>
    public void Set(string hook, HookSetting setting)
    {
        if (setting.Secret is { } secret)
            StandardWebhook.Key(secret);
        lock (gate)
        {
            settings[hook] = setting;
            DataFolder.Write(Path.Combine(folder, $"{hook}.json"), JsonSerializer.SerializeToUtf8Bytes(setting, JsonSerializerOptions.Web));
        }
    }

    /// <summary>Oldest first: the order of arrival is what a receiver cares about.</summary>
    public IReadOnlyList<Delivery> List(string? hook = null, string? after = null) =>
        [.. deliveries.Values.Where(one => (hook is null || one.Hook == hook) && (after is null || string.CompareOrdinal(one.Id, after) > 0))];

    public Delivery Receive(string hook, IHeaderDictionary headers, byte[] body)
    {
        Delivery delivery;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var setting = Setting(hook);
            var verdict = StandardWebhook.Check(setting.Secret, headers, body, now);
            var webhookId = headers["webhook-id"].ToString();
            delivery = new Delivery(
                DataFolder.NewId(now), hook, now,
                headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
                System.Text.Encoding.UTF8.GetString(body), verdict, StatusFor(hook, setting, verdict),
                webhookId.Length > 0 && List(hook).Any(one => one.Headers.GetValueOrDefault("webhook-id") == webhookId));
            DataFolder.Write(Path.Combine(folder, hook, $"{delivery.Id}.json"), JsonSerializer.SerializeToUtf8Bytes(delivery, JsonSerializerOptions.Web));
            deliveries = deliveries.Add(delivery.Id, delivery);
        }
        Arrivals.Announce();
        return delivery;
    }

    private int StatusFor(string hook, HookSetting setting, Verdict verdict)
    {
        if (verdict.Refused)
            return StatusCodes.Status401Unauthorized;
        if (setting is not { Status: { } status, Times: > 0 })
            return StatusCodes.Status204NoContent;
        Set(hook, setting with { Times = setting.Times - 1 });
        return status;
    }
}
