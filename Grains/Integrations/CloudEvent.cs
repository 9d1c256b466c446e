using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Platform;

namespace Balie.Grains.Integrations;

/// <summary>An event for the back office in the JSON format of CloudEvents 1.0.2 (application/cloudevents+json), without personal data.</summary>
public static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    /// <param name="happened">What happened.</param>
    /// <param name="id">Unique for the source; the same at every try.</param>
    public static byte[] Json(BackOfficeEvent happened, string id) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        specversion = "1.0",
        id,
        source = $"/{happened.Tenant}",
        type = Type(happened),
        time = happened.At.ToUniversalTime(),
        subject = happened.Visit,
        datacontenttype = "application/json",
        data = new
        {
            happened.Visit,
            happened.Product,
            start = happened.Start.ToUniversalTime(),
            end = happened.End.ToUniversalTime(),
            happened.Outcome,
            happened.DoneInOneGo,
        },
    }, PlatformJson.Plain);

    public static string Type(BackOfficeEvent happened) => $"be.balie.appointment.{happened.What}.v1";
}
