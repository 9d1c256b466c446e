using Balie.Grains.Integrations;
using Microsoft.Extensions.Configuration;

namespace Balie.Unit.Tests.Integrations;

public sealed class SmtpFacts
{
    [Fact]
    public void Mail_without_encryption_stops_a_real_start() =>
        Should.Throw<ArgumentException>(() => IntegrationsRoom.Smtp(With("None"), development: false)).Message.ShouldContain("Balie:Smtp:Security");

    [Fact]
    public void Practice_mail_may_go_without_and_does_by_default()
    {
        IntegrationsRoom.Smtp(With("None"), development: true).Security.ShouldBe(SmtpSecurity.None);
        IntegrationsRoom.Smtp(With(null), development: true).Security.ShouldBe(SmtpSecurity.None);
        IntegrationsRoom.Smtp(With("Tls"), development: true).Security.ShouldBe(SmtpSecurity.Tls);
    }

    [Fact]
    public void Real_mail_is_encrypted_by_default() => IntegrationsRoom.Smtp(With(null), development: false).Security.ShouldBe(SmtpSecurity.StartTls);

    private static IConfiguration With(string? security) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Balie:Smtp:Host"] = "mail.example", ["Balie:Smtp:Security"] = security }).Build();
}
