using System.Net;
using System.Text;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Tenancy;
using MimeKit;
using MimeKit.Text;

namespace Balie.Grains.Integrations;

/// <summary>Makes the mail: text, simple HTML in the municipality's colours, and the calendar both as an alternative and as a file.</summary>
public static class MailWriter
{
    public static MimeMessage Write(MailMessage mail, TenantSettings tenant, string from, string messageId, DateTimeOffset now)
    {
        var words = MailWords.Of(mail, tenant);
        var calendar = Calendar.Text(mail, tenant.View, words, now);
        var message = new MimeMessage
        {
            Subject = words.Subject,
            MessageId = messageId,
            Date = now,
            Body = new Multipart("mixed")
            {
                new MultipartAlternative
                {
                    new TextPart(TextFormat.Plain) { Text = Plain(words) },
                    new TextPart(TextFormat.Html) { Text = Html(words, tenant.View) },
                    CalendarPart(mail, calendar),
                },
                CalendarFile(mail, calendar),
            },
        };
        message.From.Add(new MailboxAddress(tenant.View.Name, from));
        message.ReplyTo.Add(new MailboxAddress(tenant.View.Name, tenant.View.Email));
        message.To.Add(new MailboxAddress(mail.Name, mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, words.Language);
        return message;
    }

    private static TextPart CalendarPart(MailMessage mail, string calendar)
    {
        var part = new TextPart("calendar") { Text = calendar };
        part.ContentType.Parameters.Add("method", Calendar.Method(mail));
        return part;
    }

    private static MimePart CalendarFile(MailMessage mail, string calendar) => new("application", "ics")
    {
        Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(calendar))),
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
        ContentTransferEncoding = ContentEncoding.Base64,
        FileName = mail.Language == "nl" ? "afspraak.ics" : "appointment.ics",
    };

    private static string Plain(MailWords words)
    {
        var text = new StringBuilder().Append(words.Greeting).Append("\n\n").AppendJoin("\n\n", words.Paragraphs).Append("\n\n");
        foreach (var (label, value) in words.Facts) text.Append(label).Append(": ").Append(value).Append('\n');
        if (words.Button is not null) text.Append('\n').Append(words.Button).Append(":\n").Append(words.ButtonLink).Append('\n');
        foreach (var line in words.After) text.Append('\n').Append(line).Append('\n');
        return text.Append('\n').Append(words.Closing).Append('\n').ToString();
    }

    private static string Html(MailWords words, TenantView tenant)
    {
        var html = new StringBuilder();
        html.Append($"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\"><title>{E(words.Subject)}</title></head>")
            .Append("<body style=\"margin:0;font-family:Arial,Helvetica,sans-serif;font-size:18px;line-height:1.5;color:#1a1a1a\">")
            .Append($"<div style=\"background:{E(tenant.Theme.Primary)};color:#ffffff;padding:16px 24px;font-size:20px;font-weight:bold\">{E(tenant.Name)}</div>")
            .Append("<div style=\"max-width:600px;padding:24px\">")
            .Append($"<p>{E(words.Greeting)}</p>");
        foreach (var line in words.Paragraphs) html.Append($"<p>{E(line)}</p>");
        html.Append("<ul style=\"list-style:none;padding:0;margin:16px 0\">");
        foreach (var (label, value) in words.Facts) html.Append($"<li style=\"margin:4px 0\"><strong>{E(label)}:</strong> {E(value)}</li>");
        html.Append("</ul>");
        if (words.Button is not null)
            html.Append($"<p style=\"margin:24px 0\"><a href=\"{E(words.ButtonLink!)}\" style=\"background:{E(tenant.Theme.Primary)};color:#ffffff;padding:14px 24px;border-radius:{tenant.Theme.Radius}px;text-decoration:none;font-weight:bold;display:inline-block\">{E(words.Button)}</a></p>");
        foreach (var line in words.After) html.Append($"<p>{E(line)}</p>");
        return html.Append($"<p style=\"border-top:1px solid #cccccc;padding-top:16px\">{E(words.Closing)}<br>{E(tenant.Name)}, {E(tenant.Address)}</p></div></body></html>").ToString();
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
