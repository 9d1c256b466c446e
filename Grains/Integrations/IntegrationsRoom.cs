using Balie.Grains.Platform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Balie.Grains.Integrations;

/// <summary>Registers the Integrations room.</summary>
public static class IntegrationsRoom
{
    /// <summary>Reads <c>Balie:Smtp</c>. A start with mail that would leave without TLS is refused outside Development.</summary>
    public static IServiceCollection AddIntegrationsRoom(this IServiceCollection services)
    {
        services.AddSingleton(s => Smtp(s.GetRequiredService<IConfiguration>(), IsDevelopment(s)));
        services.AddSingleton(s => new WebhookOptions { PublicOnly = !IsDevelopment(s) });
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<IOutboxHandler, MailHandler>();
        services.AddSingleton<IOutboxHandler, WebhookHandler>();
        return services;
    }

    /// <exception cref="ArgumentException">Mail without TLS outside Development.</exception>
    public static SmtpOptions Smtp(IConfiguration configuration, bool development)
    {
        var section = configuration.GetSection(SmtpOptions.Section);
        var smtp = section.Get<SmtpOptions>() ?? new SmtpOptions();
        if (development && section[nameof(SmtpOptions.Security)] is null) smtp = smtp with { Security = SmtpSecurity.None };
        return smtp.Security != SmtpSecurity.None || development
            ? smtp
            : throw new ArgumentException("Balie:Smtp:Security is None: outside Development mail leaves over TLS only, because it carries personal links.");
    }

    private static bool IsDevelopment(IServiceProvider services) => services.GetService<IHostEnvironment>()?.IsDevelopment() ?? false;
}
