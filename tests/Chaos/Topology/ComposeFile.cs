using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Balie.Chaos.Topology;

/// <summary>The compose file that operators start from, read for its settings.</summary>
public sealed class ComposeFile
{
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> _environments;

    private ComposeFile(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> environments) => _environments = environments;

    public static ComposeFile Read(string path)
    {
        using var text = File.OpenText(path);
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(new MergingParser(new Parser(text)));
        return new ComposeFile(Map(root["services"]).ToDictionary(s => s.Key, s => EnvironmentOf(Map(s.Value))));
    }

    public IEnumerable<string> Services => _environments.Keys;

    /// <summary>The environment block of a service, as written.</summary>
    public IReadOnlyDictionary<string, string> Environment(string service) => _environments[service];

    private static IReadOnlyDictionary<string, string> EnvironmentOf(Dictionary<string, object?> service) =>
        service.TryGetValue("environment", out var block) ? Map(block).ToDictionary(e => e.Key, e => e.Value?.ToString() ?? "") : [];

    private static Dictionary<string, object?> Map(object? node) => ((Dictionary<object, object?>)node!).ToDictionary(e => (string)e.Key, e => e.Value);
}
