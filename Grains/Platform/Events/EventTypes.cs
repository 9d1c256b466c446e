using System.Reflection;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>An assembly that holds events; every registered one is scanned.</summary>
public sealed record EventAssembly(Assembly Assembly);

/// <summary>Which CLR type an event's stable name stands for, and back.</summary>
public sealed class EventTypes
{
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _names = [];

    /// <exception cref="InvalidOperationException">An event has no name, or two share one.</exception>
    public EventTypes(IEnumerable<EventAssembly> assemblies)
    {
        var events = assemblies.Select(a => a.Assembly).Distinct().SelectMany(a => a.GetTypes()).Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IDomainEvent)));
        foreach (var type in events)
        {
            var name = type.GetCustomAttribute<EventNameAttribute>()?.Name ?? throw new InvalidOperationException($"Event {type} has no [EventName].");
            if (!_types.TryAdd(name, type)) throw new InvalidOperationException($"Events {_types[name]} and {type} share the name {name}.");
            _names.Add(type, name);
        }
    }

    public IReadOnlyDictionary<string, Type> ByName => _types;

    public string NameOf(Type type) => _names.TryGetValue(type, out var name) ? name : throw new InvalidOperationException($"{type} is not a registered event.");

    /// <exception cref="InvalidOperationException">The journal holds an event this version does not know.</exception>
    public Type TypeOf(string name) => _types.TryGetValue(name, out var type) ? type : throw new InvalidOperationException($"The journal holds {name}, which this version of Balie does not know.");
}
