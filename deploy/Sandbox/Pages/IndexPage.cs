using Balie.Sandbox.Pages;

namespace Balie.Sandbox;

/// <summary>The front page: what stands here in for the outside world, and where.</summary>
public static class IndexPage
{
    public static void MapIndex(this WebApplication app)
    {
        var style = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox.css"));
        app.MapGet("/sandbox.css", () => Results.Text(style, "text/css"));
        app.MapGet("/health", () => Results.Json(new { status = "ok" }));
        app.MapGet("/", (SandboxOptions options) => Html.Page("Zandbak", $"""
            <p class="lead">Deze diensten spelen de buitenwereld na, met hun echte protocollen, zodat Balie op één machine een heel bezoek kan doen.</p>
            <ul class="list">
            <li><a href="/mail">Postvak</a><br><span class="small">Alle post die Balie verstuurt. SMTP op localhost, poort {options.SmtpPort}.</span></li>
            <li><a href="/op/.well-known/openid-configuration">Aanmelden (OpenID)</a><br><span class="small">Zoals ACM/IDM van de Vlaamse overheid, met verzonnen mensen.</span></li>
            <li><a href="/ca">Oefen-CA</a><br><span class="small">De zegels van de oefengemeenten.</span></li>
            <li><a href="/hooks">Webhooks</a><br><span class="small">Een backoffice die berichten van Balie ontvangt.</span></li>
            {string.Concat(options.BalieAddresses.Select(address => $"<li><a href=\"{Html.Text(address.ToString())}\">Balie</a><br><span class=\"small\">{Html.Text(address.ToString())}</span></li>"))}
            </ul>
            """).AsResult());
    }
}
