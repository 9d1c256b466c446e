using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Balie.Sandbox.Pages;

namespace Balie.Sandbox.Ca;

/// <summary>What <c>POST /ca/seals</c> takes. <c>Algorithm</c> is <c>p256</c> (default) or <c>rsa2048</c>; without <c>Kbo</c> the organisation must be a known municipality.</summary>
public sealed record SealRequest(string? Name, string? Organisation, string? Kbo, string? Algorithm, string? Password);

/// <summary>What <c>POST /ca/revocations</c> takes: a serial number in hexadecimal.</summary>
public sealed record RevocationRequest(string? Serial);

/// <summary>The practice authority on the web.</summary>
public static partial class CaEndpoints
{
    public static void MapCertificateAuthority(this WebApplication app)
    {
        app.MapGet("/ca", Page);
        app.MapPost("/ca/seals", Issue);
        app.MapPost("/ca/revocations", (CertificateAuthority authority, RevocationRequest request) =>
        {
            if (request.Serial is null || !Serial().IsMatch(request.Serial))
                return Problem("serial must be an even number of hexadecimal digits.");
            authority.Revoke(request.Serial);
            return Results.NoContent();
        });
        app.MapGet("/ca/root.pem", (CertificateAuthority authority) => Pem(authority.Root));
        app.MapGet("/ca/chain.pem", (CertificateAuthority authority) => Pem(authority.Issuing, authority.Root));
        app.MapGet("/ca/root.cer", (CertificateAuthority authority) => Results.Bytes(authority.Root.RawData, "application/pkix-cert"));
        app.MapGet("/ca/issuing.cer", (CertificateAuthority authority) => Results.Bytes(authority.Issuing.RawData, "application/pkix-cert"));
        app.MapGet("/ca/crl/root.crl", (CertificateAuthority authority) => Results.Bytes(authority.Crl("root"), "application/pkix-crl"));
        app.MapGet("/ca/crl/issuing.crl", (CertificateAuthority authority) => Results.Bytes(authority.Crl("issuing"), "application/pkix-crl"));
    }

    private static IResult Issue(CertificateAuthority authority, AccountBook book, SealRequest request)
    {
        if (request is not { Name.Length: > 0 and <= 64, Organisation.Length: > 0 and <= 64 })
            return Problem("name and organisation are needed, at most 64 characters each.");
        var kbo = request.Kbo ?? Array.Find(book.Municipalities, one => one.Name == request.Organisation)?.Kbo;
        if (kbo is null || !EnterpriseNumber().IsMatch(kbo) || 97 - int.Parse(kbo[..8]) % 97 != int.Parse(kbo[8..]))
            return Problem("kbo must be an enterprise number of 10 digits with valid check digits.");
        if (request.Algorithm is not (null or "p256" or "rsa2048"))
            return Problem("algorithm must be p256 or rsa2048.");
        using var seal = authority.IssueSeal(request.Name, request.Organisation, kbo, request.Algorithm == "rsa2048");
        var password = request.Password ?? SealFiles.NewPassword();
        return Results.Json(new
        {
            Pfx = authority.ToPfx(seal, password),
            Password = password,
            seal.Subject,
            Serial = seal.SerialNumber,
            seal.NotBefore,
            seal.NotAfter,
            Certificate = seal.ExportCertificatePem(),
        });
    }

    private static IResult Page(CertificateAuthority authority, SandboxOptions options) => Html.Page("Oefen-CA", $"""
        <p class="lead">Geeft de zegels uit waarmee de oefengemeenten ondertekenen. Buiten een oefenomgeving hoort niemand ze te vertrouwen.</p>
        <dl><dt>Wortel</dt><dd>{Html.Text(authority.Root.Subject)}</dd>
        <dt>Vingerafdruk</dt><dd><code>{authority.Root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)}</code></dd>
        <dt>Uitgever</dt><dd>{Html.Text(authority.Issuing.Subject)}</dd>
        <dt>Kenmerk (policy)</dt><dd><code>{CertificateAuthority.MarkerPolicy}</code></dd>
        <dt>Zegels in</dt><dd>{Html.Text(options.SealsFolder ?? "(geen map gevraagd met --seals)")}</dd></dl>
        <ul class="list"><li><a href="/ca/root.pem">Wortelcertificaat</a></li><li><a href="/ca/chain.pem">Keten</a></li>
        <li><a href="/ca/crl/issuing.crl">Intrekkingslijst van de uitgever</a></li><li><a href="/ca/crl/root.crl">Intrekkingslijst van de wortel</a></li></ul>
        """, "Oefen-CA").AsResult();

    private static IResult Pem(params X509Certificate2[] certificates) => Results.Bytes(
        Encoding.ASCII.GetBytes(string.Join('\n', certificates.Select(one => one.ExportCertificatePem())) + "\n"), "application/x-pem-file");

    private static IResult Problem(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    [GeneratedRegex(@"^[01]\d{9}\z")]
    private static partial Regex EnterpriseNumber();

    [GeneratedRegex(@"^([0-9A-Fa-f]{2}){1,20}\z")]
    private static partial Regex Serial();
}
