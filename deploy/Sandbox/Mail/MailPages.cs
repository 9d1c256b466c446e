using System.Globalization;
using System.Text;
using Balie.Sandbox.Pages;
using MimeKit;

namespace Balie.Sandbox.Mail;

/// <summary>The mailbox as people see it. A message's HTML is shown in a frame without scripts, forms or outside content.</summary>
public static class MailPages
{
    private const string FrameRights = "allow-popups allow-popups-to-escape-sandbox";

    public static IResult List(IReadOnlyList<Envelope> envelopes, string? to)
    {
        var body = new StringBuilder($"""
            <form class="filter" method="get" action="/mail" role="search"><label for="to">Ontvanger <input type="search" id="to" name="to"
            value="{Html.Text(to)}" autocomplete="off"></label><button>Toon</button></form>
            <p class="small" id="aantal">{envelopes.Count} {(envelopes.Count == 1 ? "bericht" : "berichten")}{(string.IsNullOrWhiteSpace(to) ? "" : $" voor {Html.Text(to)}")}</p>
            """);
        if (envelopes.Count > 0)
            body.Append("""<ul class="list" id="berichten">""");
        foreach (var envelope in envelopes)
            body.Append($"""
                <li data-message="{envelope.Id}"><div class="top"><a href="/mail/{envelope.Id}">{Html.Text(Subject(envelope.Subject))}</a>
                <span class="small">{When(envelope.ReceivedAt)}</span></div><span class="small">Aan {Html.Text(string.Join(", ", envelope.To))}</span></li>
                """);
        body.Append(envelopes.Count > 0 ? "</ul>" : """<p class="notice">Hier is nog geen post. Alles wat Balie verstuurt, komt hier aan en nergens anders.</p>""");
        return Html.Page("Postvak", body.ToString(), "Oefenpostvak").AsResult();
    }

    public static IResult Show(MailContent mail)
    {
        var envelope = mail.Envelope;
        var body = new StringBuilder($"""
            <p><a href="/mail">Terug naar het postvak</a></p>
            <dl><dt>Van</dt><dd>{Html.Text(mail.Message.From.ToString())}</dd><dt>Aan</dt><dd>{Html.Text(string.Join(", ", envelope.To))}</dd>
            <dt>Ontvangen</dt><dd>{When(envelope.ReceivedAt)}</dd></dl>
            """);
        if (mail.Links.Count > 0)
            body.Append("<h2>Koppelingen</h2><ul class=\"list\">").AppendJoin("", mail.Links.Select(link =>
                $"""<li><a href="{Html.Text(link)}" data-mail-link rel="noreferrer">{Html.Text(link)}</a></li>""")).Append("</ul>");
        if (mail.Attachments.Count > 0)
            body.Append("<h2>Bijlagen</h2><ul class=\"list\">").AppendJoin("", mail.Attachments.Select((part, index) =>
                $"""
                <li><a href="/mail/{envelope.Id}/attachments/{index}" data-attachment="{index}" download>{Html.Text(MailContent.FileName(part, index))}</a>
                <span class="small">{Html.Text(part.ContentType.MimeType)}</span></li>
                """)).Append("</ul>");
        if (mail.HtmlBody is not null)
            body.Append($"""<h2>Opgemaakt</h2><iframe title="Opgemaakte tekst van het bericht" sandbox="{FrameRights}" src="/mail/{envelope.Id}/html"></iframe>""");
        if (mail.Text is { } text)
            body.Append($"""<h2>Platte tekst</h2><pre id="tekst">{Html.Text(text)}</pre>""");
        body.Append("<h2>Kopregels</h2><pre>").AppendJoin('\n', mail.Message.Headers.Select(header =>
            Html.Text($"{header.Field}: {header.Value}"))).Append($"""</pre><p><a href="/mail/{envelope.Id}/raw">Het ruwe bericht (.eml)</a></p>""");
        return Html.Page(Subject(mail.Message.Subject), body.ToString(), "Oefenpostvak").AsResult();
    }

    /// <summary>The HTML body for the frame, under a policy that stops whatever the sender put in it.</summary>
    public static IResult Body(MailContent mail) => mail.HtmlBody is { } html ? new FrameResult(Inline(mail, html)) : Results.NotFound();

    private static string Inline(MailContent mail, string html)
    {
        foreach (var part in mail.Attachments.OfType<MimePart>().Where(part => part.ContentId is { Length: > 0 } && part.ContentType.IsMimeType("image", "*")))
            html = html.Replace($"cid:{part.ContentId}", $"data:{part.ContentType.MimeType};base64,{Convert.ToBase64String(MailContent.Bytes(part))}", StringComparison.Ordinal);
        return $"""<!doctype html><base target="_blank">{html}""";
    }

    private static string Subject(string? subject) => string.IsNullOrWhiteSpace(subject) ? "(geen onderwerp)" : subject;

    private static string When(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels"))
        .ToString("dddd d MMMM yyyy, HH:mm:ss", CultureInfo.GetCultureInfo("nl-BE"));

    private sealed class FrameResult(string html) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy =
                $"sandbox {FrameRights}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers["Referrer-Policy"] = "no-referrer";
            return response.WriteAsync(html, httpContext.RequestAborted);
        }
    }
}
