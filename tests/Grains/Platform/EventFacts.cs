using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Tests.Platform;

public sealed class EventFacts
{
    private static readonly EventTypes Types = new([new EventAssembly(typeof(IDomainEvent).Assembly)]);

    public static TheoryData<string> Names => [.. Types.ByName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_event_has_a_stable_name_and_comes_back_as_it_went_in(string name)
    {
        name.ShouldMatch(@"^[a-z]+\.[a-z-]+\.v\d+$");
        var serializer = new EventSerializer(Types);
        var key = RandomNumberGenerator.GetBytes(32);
        var written = serializer.Serialize((IDomainEvent)Sample.Of(Types.TypeOf(name)), key);

        var read = serializer.Deserialize(written.Name, written.Payload, key);

        Plain(read).ShouldBe(Plain((IDomainEvent)Sample.Of(Types.TypeOf(name))));
        foreach (var secret in Sample.PersonalOf(Types.TypeOf(name))) written.Payload.ShouldNotContain(secret);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_the_dossiers_key_personal_text_is_null_and_the_rest_stands(string name)
    {
        var type = Types.TypeOf(name);
        var serializer = new EventSerializer(Types);
        var written = serializer.Serialize((IDomainEvent)Sample.Of(type), RandomNumberGenerator.GetBytes(32));

        var read = serializer.Deserialize(written.Name, written.Payload, null);

        foreach (var property in type.GetProperties().Where(p => p.IsDefined(typeof(PersonalAttribute)))) property.GetValue(read).ShouldBeNull();
    }

    [Fact]
    public void Personal_text_is_never_written_without_a_key()
    {
        var serializer = new EventSerializer(new EventTypes([new EventAssembly(typeof(LineWritten).Assembly)]));

        Should.Throw<InvalidOperationException>(() => serializer.Serialize(new LineWritten("Gerrit", 1), null));
    }

    [Fact]
    public void A_sealed_value_opens_only_with_its_key_and_as_what_it_is()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var text = Sealing.Seal("Gerrit", key, "name");

        Sealing.Open(text, key, "name").ShouldBe("Gerrit");
        Should.Throw<CryptographicException>(() => Sealing.Open(text, key, "street"));
        Should.Throw<CryptographicException>(() => Sealing.Open(text, RandomNumberGenerator.GetBytes(32), "name"));
        Sealing.Seal("Gerrit", key, "name").ShouldNotBe(text, "equal texts must not look equal");
    }

    private static string Plain(IDomainEvent e) => System.Text.Json.JsonSerializer.Serialize(e, e.GetType(), PlatformJson.Plain);

    /// <summary>Makes an event with something in every property.</summary>
    private static class Sample
    {
        public static object Of(Type type) => Make(type, type.Name);

        public static IEnumerable<string> PersonalOf(Type type) =>
            type.GetProperties().Where(p => p.IsDefined(typeof(PersonalAttribute))).Select(p => (string)Make(typeof(string), p.Name));

        private static object Make(Type type, string name)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type == typeof(string)) return $"value-of-{name}".ToLowerInvariant();
            if (type == typeof(DateTimeOffset)) return RoomCluster.Start;
            if (type == typeof(Guid)) return new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            if (type == typeof(TimeSpan)) return TimeSpan.FromSeconds(3);
            if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
            if (type.IsPrimitive || type == typeof(decimal)) return type == typeof(bool) ? true : Convert.ChangeType(3, type);
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return Immutable(type.GetGenericArguments()[0], name);
            if (type.IsArray) return OneOf(type.GetElementType()!, name);
            return Record(type);
        }

        private static Array OneOf(Type element, string name)
        {
            var array = Array.CreateInstance(element, 1);
            array.SetValue(Make(element, name), 0);
            return array;
        }

        private static object Immutable(Type element, string name) =>
            typeof(ImmutableArray).GetMethods().Single(m => m.Name == "Create" && m.GetParameters() is [{ ParameterType.IsArray: true }])
                .MakeGenericMethod(element).Invoke(null, [OneOf(element, name)])!;

        private static object Record(Type type)
        {
            var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
            var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name!))]);
            foreach (var property in type.GetProperties().Where(p => p.CanWrite && p.GetMethod!.GetParameters().Length == 0 && constructor.GetParameters().All(c => c.Name != p.Name)))
                property.SetValue(made, Make(property.PropertyType, property.Name));
            return made;
        }
    }
}
