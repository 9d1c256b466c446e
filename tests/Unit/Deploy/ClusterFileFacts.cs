using Balie.Chaos.Topology;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Balie.Unit.Tests.Deploy;

/// <summary>What an operator starts a cluster from says the same everywhere. The topology tests run with these settings.</summary>
public sealed class ClusterFileFacts
{
    private static readonly string Folder = Path.Combine(Root(), "deploy", "cluster");
    private static readonly ComposeFile Compose = ComposeFile.Read(Path.Combine(Folder, "compose.yaml"));

    /// <summary>What a node is called and where it is; a secret; a machine's own.</summary>
    private static readonly string[] Own =
    [
        "ConnectionStrings__Balie", "Balie__Roles", "Balie__Cluster__Node", "Balie__Cluster__Address", "Balie__PublicAddress", "Balie__Proxies", "Balie__Smtp__", "Balie__Oidc__", "Balie__Media__",
    ];

    [Fact]
    public void Silos_differ_in_role_name_and_address_only()
    {
        string[] silos = ["rooms-1", "rooms-2", "media-1", "media-2"];

        foreach (var silo in silos) Shared(Compose.Environment(silo)).ShouldBe(Shared(Compose.Environment("rooms-1")), ignoreOrder: true, silo);
        silos.Select(s => Compose.Environment(s)["Balie__Cluster__Node"]).ShouldBe(silos);
        silos.Select(s => Compose.Environment(s)["Balie__Roles"]).ShouldBe(["rooms", "rooms", "media", "media"]);
    }

    [Fact]
    public void Fronts_have_the_same_settings_and_the_balancer_knows_where_each_is()
    {
        Compose.Environment("front-2").ShouldBe(Compose.Environment("front-1"), ignoreOrder: true);
        Compose.Environment("balancer").Where(e => e.Key.StartsWith("BALIE_FRONT_", StringComparison.Ordinal)).Select(e => e.Value).ShouldBe(["172.28.0.11:8080", "172.28.0.12:8080"]);
        var text = File.ReadAllText(Path.Combine(Folder, "compose.yaml"));
        text.ShouldMatch(@"  front-1:\n    <<: \[\*image, \*front-parts\]\n    networks: \{ default: \{ ipv4_address: 172\.28\.0\.11 \} \}");
        text.ShouldMatch(@"  front-2:\n    <<: \[\*image, \*front-parts\]\n    networks: \{ default: \{ ipv4_address: 172\.28\.0\.12 \} \}");
    }

    [Fact]
    public void Media_nodes_of_one_machine_share_no_port()
    {
        var (first, second) = (Compose.Environment("media-1"), Compose.Environment("media-2"));

        int.Parse(first["Balie__Media__RtpPortMax"]).ShouldBeLessThan(int.Parse(second["Balie__Media__RtpPortMin"]));
    }

    [Theory]
    [InlineData("balie-silo", "rooms-1")]
    [InlineData("balie-front", "front-1")]
    public void Kubernetes_has_the_settings_of_compose(string configMap, string service) =>
        ConfigMap(configMap).ShouldBe(Shared(Compose.Environment(service)), ignoreOrder: true);

    [Fact]
    public void Every_part_of_Kubernetes_is_watched_by_both_health_addresses()
    {
        var pods = Documents().Where(d => Text(d, "kind") is "Deployment" or "StatefulSet").ToList();

        pods.Count.ShouldBe(3);
        foreach (var pod in pods)
        {
            var text = pod.ToString();
            text.ShouldContain("/health/ready");
            text.ShouldContain("/health/live");
        }
    }

    private static Dictionary<string, string> Shared(IReadOnlyDictionary<string, string> settings) =>
        settings.Where(s => !Own.Any(own => s.Key.StartsWith(own, StringComparison.Ordinal))).ToDictionary();

    private static Dictionary<string, string> ConfigMap(string name)
    {
        var map = Documents().Single(d => Text(d, "kind") == "ConfigMap" && Text((YamlMappingNode)d["metadata"], "name") == name);
        return ((YamlMappingNode)map["data"]).ToDictionary(e => ((YamlScalarNode)e.Key).Value!, e => ((YamlScalarNode)e.Value).Value!);
    }

    private static List<YamlMappingNode> Documents()
    {
        using var text = File.OpenText(Path.Combine(Folder, "kubernetes", "balie.yaml"));
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(text)));
        return [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Balie.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("These tests run inside the repository.");
        return folder.FullName;
    }
}
