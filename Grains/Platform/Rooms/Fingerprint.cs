using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>
/// Tells a repeated command from another one under the same id: a hash of its type and content, keyed by the dossier when there is one, so that it does not
/// betray what the command said.
/// </summary>
internal static class Fingerprint
{
    private static readonly JsonSerializerOptions Options = new(PlatformJson.Plain) { Converters = { new WithoutCiphertext(), new ByContent() } };

    public static byte[] Of(Command command, byte[]? key)
    {
        var text = Encoding.UTF8.GetBytes(command.GetType().FullName + JsonSerializer.Serialize(command, command.GetType(), Options));
        return key is null ? SHA256.HashData(text) : HMACSHA256.HashData(key, text);
    }

    /// <summary>Sealing the same text twice gives different ciphertext, so what is pending counts by its stream only.</summary>
    private sealed class WithoutCiphertext : JsonConverter<PendingAppend>
    {
        public override PendingAppend Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, PendingAppend value, JsonSerializerOptions options) => writer.WriteStringValue(value.Stream);
    }

    /// <summary>The same bytes stored twice have two addresses: an upload that is repeated counts by its content.</summary>
    private sealed class ByContent : JsonConverter<BlobRef>
    {
        public override BlobRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, BlobRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.PlainSha256);
    }
}

/// <summary>Ids derived from ids.</summary>
public static class DerivedId
{
    /// <summary>The id of a command that one command causes: the same again for the same cause and purpose.</summary>
    public static Guid Of(Guid cause, string purpose) => new(SHA256.HashData([.. cause.ToByteArray(), .. Encoding.UTF8.GetBytes(purpose)]).AsSpan(0, 16));
}
