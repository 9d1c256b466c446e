using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Balie.Grains.Integrations;

/// <summary>
/// Sends mails over SMTP. A second try carries the same Message-ID, so a mailbox that got the first can tell. An address that the server refuses for
/// good is not tried again.
/// </summary>
public sealed class MailHandler(IGrainFactory grains, SmtpOptions options, JournalClock clock) : IOutboxHandler
{
    public string Kind => OutboxKind.Mail;

    public string Lane => "mail";

    public async Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        var mail = JsonSerializer.Deserialize<MailMessage>(item.Payload, PlatformJson.Plain) ?? throw new OutboxRefusedException("The mail is empty.");
        Caller.Current = Caller.System(item.Tenant, "mail");
        var settings = await grains.GetGrain<ITenantGrain>(GrainKey.Of(item.Tenant, "tenant").ToString()).Settings(ct);
        var message = MailWriter.Write(mail, settings, options.From, $"{item.IdempotencyKey}@{Domain(options.From)}", clock.GetUtcNow());
        try
        {
            await Send(message, ct);
        }
        catch (SmtpCommandException refusal) when (refusal.ErrorCode == SmtpErrorCode.RecipientNotAccepted && (int)refusal.StatusCode >= 500)
        {
            throw new OutboxRefusedException($"The mail server does not accept the address ({(int)refusal.StatusCode}).");
        }
    }

    private async Task Send(MimeMessage message, CancellationToken ct)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(options.Host, options.Port, options.Security switch
        {
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        }, ct);
        if (options.UserName.Length > 0) await client.AuthenticateAsync(options.UserName, options.Password, ct);
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    private static string Domain(string address) => address[(address.IndexOf('@') + 1)..];
}
