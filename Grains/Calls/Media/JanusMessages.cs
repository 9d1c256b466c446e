using System.Text.Json;
using System.Text.Json.Nodes;

namespace Balie.Grains.Calls.Media;

/// <summary>Something Janus said by itself about a session or one of its handles.</summary>
/// <param name="Kind">Janus's word: event, webrtcup, hangup, media, slowlink, detached, timeout.</param>
/// <param name="Handle">0 when it concerns the whole session.</param>
internal sealed record JanusEvent(string Kind, ulong Handle, JsonElement Body)
{
    /// <summary>The VideoRoom's part, when there is one.</summary>
    internal JsonElement Data => JanusReply.DataOf(Body);

    internal string? Sdp => JanusReply.SdpOf(Body);
}

/// <summary>The answer to one request.</summary>
internal readonly record struct JanusReply(JsonElement Body)
{
    internal JsonElement Data => DataOf(Body);

    internal string? Sdp => SdpOf(Body);

    /// <summary>Number of the session or handle just made.</summary>
    internal ulong NewId => Body.GetProperty("data").GetProperty("id").GetUInt64();

    internal static JsonElement DataOf(JsonElement body) =>
        body.TryGetProperty("plugindata", out var plugin) && plugin.TryGetProperty("data", out var data) ? data : default;

    internal static string? SdpOf(JsonElement body) =>
        body.TryGetProperty("jsep", out var jsep) && jsep.TryGetProperty("sdp", out var sdp) ? sdp.GetString() : null;
}

/// <summary>Bodies of requests, in the words of Janus's API and its VideoRoom.</summary>
internal static class JanusBody
{
    internal static JsonObject Request(string name, params ReadOnlySpan<(string Key, JsonNode? Value)> fields)
    {
        var body = new JsonObject { ["request"] = name };
        foreach (var (key, value) in fields) if (value is not null) body[key] = value;
        return body;
    }

    internal static JsonObject Jsep(string type, string sdp) => new() { ["type"] = type, ["sdp"] = sdp };
}
