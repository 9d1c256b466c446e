using System.Text.Json;
using System.Text.RegularExpressions;

namespace Balie.Browser.Stage;

/// <summary>Reads the mail that Balie sent, over the sandbox's API.</summary>
public sealed partial class Mailbox(string sandbox) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(sandbox), Timeout = TimeSpan.FromSeconds(90) };

    public sealed record Mail(string Subject, string Text, IReadOnlyList<string> Links, string? Calendar)
    {
        /// <summary>The personal link to the visit.</summary>
        public string VisitLink => Links.First(link => link.Contains("/bezoek#", StringComparison.Ordinal));

        /// <summary>When the appointment starts, as the calendar file says it.</summary>
        public DateTimeOffset Start => CalendarStart(Calendar.ShouldNotBeNull("the mail carries a calendar file"));
    }

    /// <summary>Waits for the newest mail to somebody whose subject holds the words.</summary>
    public async Task<Mail> WaitAsync(string to, string subject = "")
    {
        var list = await GetAsync($"/mail/api/messages?to={Uri.EscapeDataString(to)}&subject={Uri.EscapeDataString(subject)}&wait=60");
        list.GetArrayLength().ShouldBeGreaterThan(0, $"a mail to {to} with \"{subject}\" in its subject arrived");
        var mail = await GetAsync($"/mail/api/messages/{list[0].GetProperty("id").GetString()}");
        var calendar = mail.GetProperty("attachments").EnumerateArray().FirstOrDefault(part => part.GetProperty("contentType").GetString() == "text/calendar");
        return new Mail(
            mail.GetProperty("subject").GetString()!,
            mail.GetProperty("text").GetString() ?? "",
            [.. mail.GetProperty("links").EnumerateArray().Select(link => link.ValueKind == JsonValueKind.String ? link.GetString()! : link.GetProperty("href").GetString()!)],
            calendar.ValueKind == JsonValueKind.Object ? calendar.GetProperty("text").GetString() : null);
    }

    /// <summary>How many mails somebody got so far.</summary>
    public async Task<int> CountAsync(string to) => (await GetAsync($"/mail/api/messages?to={Uri.EscapeDataString(to)}")).GetArrayLength();

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(path));
        return answer.RootElement.Clone();
    }

    private static DateTimeOffset CalendarStart(string calendar)
    {
        var found = StartLine().Match(calendar);
        found.Success.ShouldBeTrue(calendar);
        var wall = DateTime.ParseExact(found.Groups["at"].Value, "yyyyMMdd'T'HHmmss", null);
        if (found.Groups["utc"].Success) return new DateTimeOffset(wall, TimeSpan.Zero);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
        return new DateTimeOffset(wall, zone.GetUtcOffset(wall));
    }

    [GeneratedRegex(@"^DTSTART(;TZID=Europe/Brussels)?:(?<at>\d{8}T\d{6})(?<utc>Z)?\r?$", RegexOptions.Multiline)]
    private static partial Regex StartLine();

    public void Dispose() => http.Dispose();
}
