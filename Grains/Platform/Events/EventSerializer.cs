using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>
/// Events as JSON: camelCase, enums as words, <see cref="PersonalAttribute"/> text sealed under the dossier's key, wherever in the event it stands.
/// </summary>
public sealed class EventSerializer(EventTypes types)
{
    private static readonly JsonSerializerOptions Options = PlatformJson.WithPersonalSealed();

    public EventTypes Types { get; } = types;

    /// <exception cref="InvalidOperationException">The event has personal text and there is no key.</exception>
    public PendingEvent Serialize(IDomainEvent e, byte[]? dossierKey) =>
        new(Types.NameOf(e.GetType()), PersonalText.With(dossierKey, () => JsonSerializer.Serialize(e, e.GetType(), Options)));

    /// <summary>Without a key personal text comes back as null.</summary>
    public IDomainEvent Deserialize(string name, string payload, byte[]? dossierKey)
    {
        var type = Types.TypeOf(name);
        return PersonalText.With(dossierKey, () => (IDomainEvent)JsonSerializer.Deserialize(payload, type, Options)!);
    }
}

/// <summary>How the platform writes JSON.</summary>
public static class PlatformJson
{
    /// <summary>For command results and outbox payloads: camelCase, enums as camelCase words.</summary>
    public static readonly JsonSerializerOptions Plain = Make();

    internal static JsonSerializerOptions WithPersonalSealed()
    {
        var options = new JsonSerializerOptions(Make()) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SealPersonal } } };
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, NumberHandling = JsonNumberHandling.Strict };
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        return options;
    }

    private static void SealPersonal(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: true) == true))
        {
            if (property.PropertyType != typeof(string)) throw new InvalidOperationException($"[Personal] {type.Type}.{property.Name} is not a string.");
            property.CustomConverter = new PersonalText(property.Name);
        }
    }
}

/// <summary>Seals and opens one personal property. The key of the moment is set around a (synchronous) serializer call on this thread.</summary>
internal sealed class PersonalText(string property) : JsonConverter<string>
{
    [ThreadStatic]
    private static byte[]? _key;

    public static T With<T>(byte[]? key, Func<T> work)
    {
        _key = key;
        try
        {
            return work();
        }
        finally
        {
            _key = null;
        }
    }

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text is null || _key is null ? null : Sealing.Open(text, _key, property);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Sealing.Seal(value, _key ?? throw new InvalidOperationException($"Personal text ({property}) needs a dossier's key."), property));
}
