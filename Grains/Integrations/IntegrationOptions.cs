namespace Balie.Grains.Integrations;

/// <summary>How mail leaves (<c>Balie:Smtp</c>).</summary>
public sealed record SmtpOptions
{
    public const string Section = "Balie:Smtp";

    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = 587;

    /// <summary>Sender address; replies go to the municipality's own.</summary>
    public string From { get; init; } = "balie@localhost.localdomain";

    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>Empty: the server asks for no login.</summary>
    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";
}

public enum SmtpSecurity
{
    /// <summary>Refused by the mail handler when the server does not offer it.</summary>
    StartTls = 0,

    /// <summary>TLS from the first byte (port 465).</summary>
    Tls = 1,

    /// <summary>In Development only: links would travel readable.</summary>
    None = 2,
}

/// <summary>Where webhooks may go.</summary>
public sealed record WebhookOptions
{
    /// <summary>False in Development only: then addresses on this machine and plain http count too.</summary>
    public bool PublicOnly { get; init; } = true;
}
