using System.Net.Mime;

namespace Balie.Sandbox.Mail;

/// <summary>The mailbox on the web: pages for people, and a JSON API for tests.</summary>
public static class MailEndpoints
{
    /// <summary>The longest a caller may wait for mail in one request.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static void MapMailbox(this WebApplication app)
    {
        app.MapGet("/mail", (Mailbox box, string? to) => MailPages.List(box.List(to), to));
        app.MapGet("/mail/{id}", (Mailbox box, string id) => With(box, id, MailPages.Show));
        app.MapGet("/mail/{id}/html", (Mailbox box, string id) => With(box, id, MailPages.Body));
        app.MapGet("/mail/{id}/raw", (Mailbox box, string id) => box.Find(id) is { } envelope
            ? Results.File(box.EmlPath(envelope), "message/rfc822", $"{id}.eml")
            : Results.NotFound());
        app.MapGet("/mail/{id}/attachments/{index:int}", (Mailbox box, string id, int index) => With(box, id, mail => Attachment(mail, index)));
        app.MapGet("/mail/api/messages", ListJson);
        app.MapGet("/mail/api/messages/{id}", (Mailbox box, string id) => With(box, id, mail => Results.Json(ToJson(mail))));
    }

    private static async Task<IResult> ListJson(Mailbox box, string? to, string? subject, string? after, int? wait, CancellationToken ct)
    {
        var patience = TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, LongestWait.TotalSeconds));
        return Results.Json(await box.Arrivals.Until(() => box.List(to, subject, after), patience, ct));
    }

    private static IResult With(Mailbox box, string id, Func<MailContent, IResult> answer) =>
        box.Find(id) is { } envelope ? answer(box.Read(envelope)) : Results.NotFound();

    private static IResult Attachment(MailContent mail, int index) =>
        index < 0 || index >= mail.Attachments.Count
            ? Results.NotFound()
            : Results.File(
                MailContent.Bytes(mail.Attachments[index]),
                MediaTypeNames.Application.Octet,
                MailContent.FileName(mail.Attachments[index], index));

    private static object ToJson(MailContent mail) => new
    {
        mail.Envelope.Id,
        mail.Envelope.ReceivedAt,
        EnvelopeFrom = mail.Envelope.From,
        EnvelopeTo = mail.Envelope.To,
        mail.Message.Subject,
        From = mail.Message.From.Mailboxes.Select(one => one.Address),
        To = mail.Message.To.Mailboxes.Select(one => one.Address),
        mail.Message.Date,
        Headers = mail.Message.Headers.GroupBy(header => header.Field.ToLowerInvariant())
            .ToDictionary(group => group.Key, group => group.Select(header => header.Value)),
        mail.Text,
        Html = mail.HtmlBody,
        mail.Links,
        Attachments = mail.Attachments.Select((part, index) => new
        {
            Index = index,
            Name = MailContent.FileName(part, index),
            ContentType = part.ContentType.MimeType,
            Parameters = part.ContentType.Parameters.ToDictionary(one => one.Name.ToLowerInvariant(), one => one.Value),
            Size = MailContent.Bytes(part).Length,
            Href = $"/mail/{mail.Envelope.Id}/attachments/{index}",
            Text = (part as MimeKit.TextPart)?.Text,
        }),
    };
}
