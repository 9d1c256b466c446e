using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailKit.Net.Smtp;
using MimeKit;

namespace Balie.System.Tests.Sandbox;

[Collection(SandboxCollection.Name)]
public sealed class MailFacts(SandboxProcess sandbox)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invitation_arrives_with_its_bodies_links_and_calendar_file()
    {
        var to = NewAddress();
        var builder = new BodyBuilder
        {
            TextBody = "Dag Gerrit,\n.een regel met een punt\nUw link: http://localhost:8080/zonnedaal/afspraak#abc",
            HtmlBody = "<p>Dag Gérrit</p><a href=\"http://localhost:8080/zonnedaal/afspraak#abc\">Naar de afspraak</a>",
        };
        builder.Attachments.Add("afspraak.ics", Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), new ContentType("text", "calendar"));
        await Send(to, "Uw afspraak bij Stad Zonnedaal – bevestigd", builder.ToMessageBody());

        var mail = await Single(to);

        mail.GetProperty("subject").GetString().ShouldBe("Uw afspraak bij Stad Zonnedaal – bevestigd");
        mail.GetProperty("envelopeTo")[0].GetString().ShouldBe(to);
        mail.GetProperty("text").GetString()!.ShouldContain("\n.een regel met een punt");
        mail.GetProperty("html").GetString()!.ShouldContain("Gérrit");
        mail.GetProperty("links").EnumerateArray().Single().GetString().ShouldBe("http://localhost:8080/zonnedaal/afspraak#abc");
        var attachment = mail.GetProperty("attachments").EnumerateArray().Single();
        attachment.GetProperty("name").GetString().ShouldBe("afspraak.ics");
        attachment.GetProperty("contentType").GetString().ShouldBe("text/calendar");
        (await sandbox.Http.GetStringAsync(attachment.GetProperty("href").GetString(), Ct)).ShouldStartWith("BEGIN:VCALENDAR");
    }

    [Fact]
    public async Task A_calendar_that_is_an_alternative_body_counts_as_an_attachment()
    {
        var to = NewAddress();
        var calendar = new TextPart("calendar") { Text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n" };
        calendar.ContentType.Parameters.Add("method", "REQUEST");
        await Send(to, "Uitnodiging", new MultipartAlternative { new TextPart("plain") { Text = "Dag" }, calendar });

        var attachment = (await Single(to)).GetProperty("attachments").EnumerateArray().Single();

        attachment.GetProperty("parameters").GetProperty("method").GetString().ShouldBe("REQUEST");
        attachment.GetProperty("text").GetString()!.ShouldContain("METHOD:REQUEST");
    }

    [Fact]
    public async Task A_waiting_reader_gets_the_message_that_comes_later()
    {
        var to = NewAddress();
        var waiting = sandbox.Http.GetStringAsync($"mail/api/messages?to={Uri.EscapeDataString(to)}&wait=30", Ct);

        await Send(to, "Later", new TextPart("plain") { Text = "Hallo" });

        JsonElement.Parse(await waiting).EnumerateArray().Single().GetProperty("subject").GetString().ShouldBe("Later");
    }

    [Fact]
    public async Task Mail_for_one_is_not_listed_for_another()
    {
        var (one, other) = (NewAddress(), NewAddress());
        await Send(one, "Voor een", new TextPart("plain") { Text = "Hallo" });

        var page = await sandbox.Http.GetStringAsync($"mail?to={Uri.EscapeDataString(other)}", Ct);

        page.ShouldNotContain("Voor een");
        (await sandbox.Http.GetStringAsync($"mail?to={Uri.EscapeDataString(one)}", Ct)).ShouldContain("Voor een");
    }

    [Fact]
    public async Task What_a_sender_puts_in_a_message_never_runs()
    {
        var to = NewAddress();
        await Send(to, "<script>alert(1)</script>", new TextPart("html") { Text = "<script>alert(2)</script><p>Dag</p>" });
        var id = (await Single(to)).GetProperty("id").GetString();

        var page = await sandbox.Http.GetStringAsync($"mail/{id}", Ct);
        using var frame = await sandbox.Http.GetAsync($"mail/{id}/html", Ct);

        page.ShouldNotContain("<script>");
        page.ShouldContain("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"");
        var policy = frame.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("sandbox allow-popups allow-popups-to-escape-sandbox;");
        policy.ShouldContain("default-src 'none'");
    }

    [Fact]
    public async Task A_message_over_ten_megabytes_is_refused_and_the_conversation_goes_on()
    {
        var to = NewAddress();
        using var client = new SmtpClient();
        await client.ConnectAsync("localhost", sandbox.SmtpPort, MailKit.Security.SecureSocketOptions.None, Ct);
        client.MaxSize.ShouldBe(10u * 1024 * 1024);
        var large = Message(to, "Groot", new MimePart { Content = new MimeContent(new MemoryStream(new byte[9 * 1024 * 1024])), ContentTransferEncoding = ContentEncoding.Base64 });

        var refusal = await Should.ThrowAsync<SmtpCommandException>(() => client.SendAsync(large, Ct));
        refusal.StatusCode.ShouldBe(SmtpStatusCode.ExceededStorageAllocation);
        await client.SendAsync(Message(to, "Klein", new TextPart("plain") { Text = "Dag" }), Ct);

        (await Single(to)).GetProperty("subject").GetString().ShouldBe("Klein");
    }

    [Fact]
    public async Task The_conversation_follows_the_standard()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, sandbox.SmtpPort, Ct);
        using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);
        var to = NewAddress();
        await reader.ReadLineAsync(Ct);

        (await Say("MAIL FROM:<a@b.example>")).ShouldStartWith("503");
        (await Say("HELO test")).ShouldStartWith("250");
        (await Say("RCPT TO:<x@y.example>")).ShouldStartWith("503");
        (await Say("MAIL FROM:<> SIZE=99999999")).ShouldStartWith("552");
        (await Say("MAIL FROM:<> BODY=8BITMIME SMTPUTF8")).ShouldStartWith("250");
        (await Say("DATA")).ShouldStartWith("503");
        (await Say("RSET")).ShouldStartWith("250");
        (await Say("NOOP")).ShouldStartWith("250");
        (await Say("AUTH PLAIN")).ShouldStartWith("502");
        (await Say("WAT")).ShouldStartWith("500");
        (await Say(new string('x', 5000))).ShouldStartWith("500");
        (await Say("MAIL FROM:<a@b.example>")).ShouldStartWith("250");
        (await Say($"RCPT TO:<{to}>")).ShouldStartWith("250");
        (await Say("DATA")).ShouldStartWith("354");
        // A lone LF before the dot ends nothing: only CRLF . CRLF does.
        (await Say("Subject: Eerste\r\n\r\n..punt\r\nregel\n.\nMAIL FROM:<gesmokkeld@b.example>\r\n.")).ShouldStartWith("250");
        (await Say("QUIT")).ShouldStartWith("221");
        (await reader.ReadLineAsync(Ct)).ShouldBeNull();

        var mail = await Single(to);
        mail.GetProperty("text").GetString()!.ShouldContain("gesmokkeld");
        mail.GetProperty("text").GetString()!.ShouldStartWith(".punt");

        async Task<string> Say(string line)
        {
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), Ct);
            return (await reader.ReadLineAsync(Ct))!;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("dit is geen bericht\r\n")]
    [InlineData(": \r\n\u0001\u0002\r\n")]
    public async Task What_is_no_message_at_all_is_still_kept_and_shown(string content)
    {
        var to = NewAddress();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, sandbox.SmtpPort, Ct);
        using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<{to}>\r\nDATA\r\n{content}.\r\nQUIT\r\n"), Ct);
        (await reader.ReadToEndAsync(Ct)).ShouldContain("250 Kept");

        var id = (await Single(to)).GetProperty("id").GetString();

        (await sandbox.Http.GetStringAsync($"mail/{id}", Ct)).ShouldContain(to);
    }

    private static string NewAddress() => $"{Guid.NewGuid():N}@voorbeeld.example";

    private static MimeMessage Message(string to, string subject, MimeEntity body) =>
        new([new MailboxAddress("Stad Zonnedaal", "balie@zonnedaal.example")], [new MailboxAddress("Gerrit Maes", to)], subject, body);

    private async Task Send(string to, string subject, MimeEntity body)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("localhost", sandbox.SmtpPort, MailKit.Security.SecureSocketOptions.None, Ct);
        await client.SendAsync(Message(to, subject, body), Ct);
        await client.DisconnectAsync(true, Ct);
    }

    private async Task<JsonElement> Single(string to)
    {
        var list = JsonElement.Parse(await sandbox.Http.GetStringAsync($"mail/api/messages?to={Uri.EscapeDataString(to)}", Ct));
        var id = list.EnumerateArray().Single().GetProperty("id").GetString();
        return JsonElement.Parse(await sandbox.Http.GetStringAsync($"mail/api/messages/{id}", Ct));
    }
}
