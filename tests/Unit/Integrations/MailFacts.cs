using Balie.Grains.Integrations;
using Balie.Grains.Interfaces.Integrations;
using Balie.Unit.Tests.Booking;
using MimeKit;

namespace Balie.Unit.Tests.Integrations;

public sealed class MailFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly MailMessage Booked = new()
    {
        Kind = MailKind.Booked,
        Tenant = "zonnedaal",
        Visit = "v1",
        To = "gerrit@voorbeeld.be",
        Name = "Gerrit Maes",
        Language = "nl",
        Product = "p",
        Start = new DateTimeOffset(2026, 11, 24, 18, 20, 0, TimeSpan.Zero),
        End = new DateTimeOffset(2026, 11, 24, 18, 50, 0, TimeSpan.Zero),
        StaffName = "An Peeters",
        Sequence = 0,
        Link = "https://balie.example/zonnedaal/bezoek#v1.geheim",
        Home = "https://balie.example/zonnedaal",
    };

    [Fact]
    public void A_Dutch_mail_says_when_in_words_on_the_clock_of_Brussels()
    {
        var message = Write(Booked);

        message.Subject.ShouldBe("Je afspraak bij Stad Zonnedaal: dinsdag 24 november, 19.20 uur");
        message.TextBody!.ShouldContain("dinsdag 24 november, 19.20 uur");
        message.TextBody!.ShouldContain("https://balie.example/zonnedaal/bezoek#v1.geheim");
        message.HtmlBody!.ShouldContain("#0b5563");
        message.HtmlBody!.ShouldContain("href=\"https://balie.example/zonnedaal/bezoek#v1.geheim\"");
        message.Headers["Auto-Submitted"].ShouldBe("auto-generated");
    }

    [Fact]
    public void An_English_mail_is_English_and_so_are_languages_without_texts_yet()
    {
        Write(Booked with { Language = "en" }).TextBody!.ShouldContain("Tuesday 24 November, 19:20 (Belgian time)");
        Write(Booked with { Language = "fr" }).Subject.ShouldStartWith("Your appointment");
    }

    [Fact]
    public void The_calendar_entry_asks_first_and_cancels_under_the_same_name_with_a_higher_number()
    {
        var request = Calendar(Write(Booked));
        var cancel = Calendar(Write(Booked with { Kind = MailKind.Cancelled, Sequence = 1, Link = null }));

        foreach (var line in new[] { "METHOD:REQUEST", "UID:v1@zonnedaal.balie", "SEQUENCE:0", "DTSTART:20261124T182000Z", "DTEND:20261124T185000Z" }) request.ShouldContain(line);
        foreach (var line in new[] { "METHOD:CANCEL", "UID:v1@zonnedaal.balie", "SEQUENCE:1", "STATUS:CANCELLED" }) cancel.ShouldContain(line);
    }

    [Fact]
    public void The_personal_link_is_not_in_the_calendar() => Calendar(Write(Booked)).ShouldNotContain("geheim");

    [Fact]
    public void The_calendar_is_an_alternative_with_its_method_and_a_file()
    {
        var message = Write(Booked);

        CalendarPart(message).ContentType.Parameters["method"].ShouldBe("REQUEST");
        message.Attachments.ShouldHaveSingleItem().ContentDisposition!.FileName.ShouldBe("afspraak.ics");
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        var message = Write(Booked with { Name = "<b>Gerrit</b> & \"co\"" });

        message.HtmlBody!.ShouldNotContain("<b>Gerrit");
        message.HtmlBody!.ShouldContain("&lt;b&gt;Gerrit");
    }

    [Fact]
    public void The_citizen_passes_on_the_link_of_a_companion_without_an_address() =>
        Write(Booked with { CompanionName = "Mira Bos", CompanionLink = "https://balie.example/zonnedaal/bezoek#v1.ander" }).TextBody!
            .ShouldContain("Geef deze link door aan Mira Bos, die met je meekomt: https://balie.example/zonnedaal/bezoek#v1.ander");

    private static MimeMessage Write(MailMessage mail) => MailWriter.Write(mail, SlotFacts.Settings(), "balie@balie.example", "v1.booked@balie.example", Now);

    private static string Calendar(MimeMessage message) => CalendarPart(message).Text!;

    private static TextPart CalendarPart(MimeMessage message) => message.BodyParts.OfType<TextPart>().Single(p => p.ContentType.MimeType == "text/calendar");
}
