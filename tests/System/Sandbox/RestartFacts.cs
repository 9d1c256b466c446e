using System.Net;
using System.Text.Json;
using MailKit.Net.Smtp;
using MimeKit;

namespace Balie.System.Tests.Sandbox;

/// <summary>Facts that need a sandbox to stop and come back on the same data.</summary>
public sealed class RestartFacts : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("balie-sandbox-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(20, HttpStatusCode.OK)]
    [InlineData(31, HttpStatusCode.BadRequest)]
    public async Task A_code_outlives_a_restart_but_not_thirty_seconds(int secondsLater, HttpStatusCode expected)
    {
        await using var first = await SandboxProcess.Start(data, null);
        var client = new LoginClient(first);
        var code = (await client.Choose("gerrit/eid", Ct))["code"];
        await first.Terminate();

        // The same issuer again, with its clock set later instead of waiting.
        await using var second = await SandboxProcess.Start(data, first.Port, "--clock-offset", $"{secondsLater}");
        using var answer = await second.Http.PostAsync("op/v1/token", new FormUrlEncodedContent(client.Redemption(code)), Ct);

        answer.StatusCode.ShouldBe(expected);
        if (expected != HttpStatusCode.OK)
            JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)).GetProperty("error").GetString().ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task Keys_mail_deliveries_and_seals_are_still_there_after_a_restart()
    {
        await using var first = await SandboxProcess.Start(data, null);
        var before = await Everything(first, send: true);
        await first.Terminate();

        await using var second = await SandboxProcess.Start(data, first.Port);

        (await Everything(second, send: false)).ShouldBe(before);
        before.ShouldContain("Bewaard");
        before.ShouldContain("afgeleverd");
    }

    [Fact]
    public async Task It_stops_at_once_when_asked_and_says_nothing_more()
    {
        await using var sandbox = await SandboxProcess.Start(data, null);
        using var idle = new SmtpClient();
        await idle.ConnectAsync("localhost", sandbox.SmtpPort, MailKit.Security.SecureSocketOptions.None, Ct);
        var waiting = sandbox.Http.GetStringAsync("mail/api/messages?to=niemand&wait=60", Ct);
        await sandbox.Http.GetStringAsync("health", Ct);

        var (exitCode, output, took) = await sandbox.Terminate();

        exitCode.ShouldBe(0);
        output.ShouldBeEmpty();
        took.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        (await waiting).ShouldBe("[]");
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    private static async Task<string> Everything(SandboxProcess sandbox, bool send)
    {
        if (send)
        {
            using var client = new SmtpClient();
            await client.ConnectAsync("localhost", sandbox.SmtpPort, MailKit.Security.SecureSocketOptions.None, Ct);
            var from = new MailboxAddress("Balie", "balie@zonnedaal.example");
            await client.SendAsync(new MimeMessage([from], [from], "Bewaard", new TextPart("plain") { Text = "Dag" }), Ct);
            await sandbox.Http.PostAsync("hooks/proef", new StringContent("afgeleverd"), Ct);
        }
        string[] addresses = ["op/v1/keys", "mail/api/messages", "hooks/api/proef", "ca/root.pem", "ca/chain.pem"];
        var answers = await Task.WhenAll(addresses.Select(address => sandbox.Http.GetStringAsync(address, Ct)));
        var seals = Directory.EnumerateFiles(sandbox.Seals).Order().Select(file => Convert.ToBase64String(File.ReadAllBytes(file)));
        return string.Join('\n', answers.Concat(seals));
    }
}
