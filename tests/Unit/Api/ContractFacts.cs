using System.Text.Json.Nodes;
using Balie.Api.Calls;

namespace Balie.Unit.Tests.Api;

public sealed class ContractFacts
{
    [Fact]
    public async Task The_contract_that_is_served_is_the_one_the_client_was_typed_from()
    {
        await using var host = await DoorHost.StartAsync();

        var served = JsonNode.Parse(await host.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        JsonNode.DeepEquals(served, JsonNode.Parse(await File.ReadAllTextAsync(Committed(), TestContext.Current.CancellationToken)))
            .ShouldBeTrue("Api/openapi/Api.json is not what Balie serves; build Api and commit it.");
    }

    [Fact]
    public async Task Every_hub_method_is_in_the_contract_with_its_arguments()
    {
        var webhooks = JsonNode.Parse(await File.ReadAllTextAsync(Committed(), TestContext.Current.CancellationToken))!["webhooks"]!.AsObject();
        var expected = from part in (IEnumerable<(string Path, Type Type)>)
            [("visit/invoke", typeof(IVisitHub)), ("visit/receive", typeof(IVisitClient)), ("desk/invoke", typeof(IDeskHub)), ("desk/receive", typeof(IDeskClient))]
            from method in part.Type.GetMethods()
            select ($"{part.Path}/{method.Name}", method.GetParameters().Length);

        webhooks.Select(w => (w.Key, w.Value!["post"]!["requestBody"]?["content"]!["application/json"]!["schema"]!["prefixItems"]!.AsArray().Count ?? 0)).ShouldBe(expected, ignoreOrder: true);
    }

    private static string Committed()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Balie.sln"))) folder = folder.Parent;
        return Path.Combine(folder.ShouldNotBeNull().FullName, "Api", "openapi", "Api.json");
    }
}
