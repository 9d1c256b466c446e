using System.Reflection;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Balie.Unit.Tests.Architecture;

/// <summary>The arrows of the house run one way: read from the assemblies, not from good intentions.</summary>
public sealed class ArrowFacts
{
    private static readonly string[] Rooms = ["Tenancy", "Booking", "Calls", "Identity", "Documents", "Signing", "Recording", "Integrations", "Impact"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Balie.Grains.Interfaces"] = [],
        ["Balie.Pades"] = [],
        ["Balie.Api"] = ["Balie.Grains.Interfaces"],
        ["Balie.Grains"] = ["Balie.Grains.Interfaces", "Balie.Pades"],
        ["Balie.Silo"] = ["Balie.Api", "Balie.Grains", "Balie.Grains.Interfaces"],
    };

    [Theory]
    [InlineData("Balie.Grains.Interfaces")]
    [InlineData("Balie.Pades")]
    [InlineData("Balie.Api")]
    [InlineData("Balie.Grains")]
    [InlineData("Balie.Silo")]
    public void A_floor_refers_only_to_the_floors_below_it(string floor)
    {
        var referred = Assembly.Load(floor).GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Balie.", StringComparison.Ordinal));

        referred.Except(Allowed[floor]).ShouldBeEmpty();
    }

    [Fact]
    public void The_contract_needs_nothing_but_the_Orleans_sdk()
    {
        var others = Assembly.Load("Balie.Grains.Interfaces").GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !n.StartsWith("System", StringComparison.Ordinal) && !n.StartsWith("Orleans", StringComparison.Ordinal) && n != "netstandard")
            .Except(["Microsoft.Extensions.DependencyInjection.Abstractions"]);

        others.ShouldBeEmpty();
    }

    /// <summary>
    /// Rooms speak through the contract. Two adapters are shared on purpose: the raw tracks that the media node of Calls leaves behind are what
    /// Recording takes in, and the report that Signing has signed is made by the converters of Documents.
    /// </summary>
    [Fact]
    public void A_room_uses_no_class_of_another_room()
    {
        var grains = new ArchLoader().LoadAssemblies(Assembly.Load("Balie.Grains")).Build();
        var broken = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in grains.Types.Where(t => RoomOf(t.FullName) is not null))
        {
            var from = RoomOf(type.FullName)!;
            foreach (var target in type.Dependencies.Select(d => d.Target.FullName))
            {
                if (RoomOf(target) is not { } to || to == from || IsShared(from, target)) continue;
                broken.Add($"{type.FullName} -> {target}");
            }
        }

        broken.ShouldBeEmpty();
    }

    private static bool IsShared(string from, string target) => (from, target) switch
    {
        ("Recording", _) => target.StartsWith("Balie.Grains.Calls.Media.", StringComparison.Ordinal),
        ("Signing", _) => target.StartsWith("Balie.Grains.Documents.Conversion.", StringComparison.Ordinal),
        _ => false,
    };

    private static string? RoomOf(string type) =>
        type.StartsWith("Balie.Grains.", StringComparison.Ordinal) && type.Split('.') is { Length: > 3 } parts && Rooms.Contains(parts[2]) ? parts[2] : null;
}
