using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Signs a file with a key from a PKCS#12 file, in a new field or in one that is there.</summary>
sealed class SignCommand : ICommand
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => "sign";

    public string Usage => "sign IN OUT --pfx FILE --password P|--password-file F [--level B-B|B-T] [--tsa URL] [--trust PEM]... [--visible PAGE,X,Y,W,H]\n"
        + "            [--field NAME] [--certify 1|2|3] [--reason TEXT] [--pss]";

    public async Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default)
    {
        var (pfx, password) = Key(arguments);
        var (level, tsa) = Level(arguments);
        var trust = arguments.Options("--trust");
        var wishes = new Wishes(Visible(arguments.Option("--visible")), arguments.Option("--field"), Permission(arguments), arguments.Option("--reason"), arguments.Flag("--pss"), level);
        string from = arguments.File("IN"), to = arguments.File("OUT");
        arguments.Done();

        using var stampers = tsa is null ? null : new Stamper(tsa);
        using var key = PfxSignatureKey.Load(await File.ReadAllBytesAsync(pfx, ct), password);
        var signer = trust.Count == 0 ? (ISignatureKey)key : Trusted(key, Files.Certificates(trust), session.Time.GetUtcNow());
        using var mapped = MappedPdf.Open(from);
        var sound = PdfRepair.Repair(mapped.Memory);
        if (sound.Changed) await session.Messages.WriteLineAsync(Repaired(sound));
        CounterSigning.Check(sound.Pdf, session.Time.GetUtcNow());
        var request = Request(wishes, PdfDocument.Open(sound.Pdf), signer.Chain[0], session.Time);
        var increment = await SignaturePreparation.SignIncrementAsync(sound.Pdf, request, signer, session.Time, stampers?.Authority, ct);
        await Files.WriteWholeAsync(to, sound.Pdf, increment, ct);
        return ExitCode.Done;
    }

    sealed record Wishes(SignaturePlace? Place, string? Field, ChangePermission? Certify, string? Reason, bool Pss, SignatureLevel Level);

    static (string Pfx, string? Password) Key(Arguments arguments)
    {
        var pfx = arguments.Option("--pfx") ?? throw new UsageException("--pfx is missing.");
        var (password, file) = (arguments.Option("--password"), arguments.Option("--password-file"));
        if (password is null == file is null) throw new UsageException("Either --password or --password-file is needed.");
        return (pfx, password ?? File.ReadAllText(file!).TrimEnd('\r', '\n'));
    }

    static (SignatureLevel, Uri?) Level(Arguments arguments)
    {
        var tsa = arguments.Option("--tsa") is { } address ? Stamper.Address(address) : null;
        var level = arguments.Choice("--level", tsa is null ? "B-B" : "B-T", "B-B", "B-T") == "B-T" ? SignatureLevel.BaselineT : SignatureLevel.BaselineB;
        if (level == SignatureLevel.BaselineT && tsa is null) throw new UsageException("--level B-T needs --tsa.");
        if (level == SignatureLevel.BaselineB && tsa is not null) throw new UsageException("--tsa is for --level B-T.");
        return (level, tsa);
    }

    static string Repaired(RewrittenPdf sound) => $"The file was written anew before signing ({string.Join(", ", sound.Tolerated)}): "
        + $"sha256 {Convert.ToHexStringLower(sound.OriginalSha256)} became {Convert.ToHexStringLower(sound.Sha256)}.";

    static ChangePermission? Permission(Arguments arguments) => arguments.Option("--certify") is not { } text ? null
        : text is "1" or "2" or "3" ? (ChangePermission)int.Parse(text, CultureInfo.InvariantCulture) : throw new UsageException("--certify is 1, 2 or 3.");

    static SignaturePlace? Visible(string? text)
    {
        if (text is null) return null;
        var parts = text.Split(',');
        var numbers = new double[parts.Length];
        var read = parts.Select((part, i) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i])).All(ok => ok);
        if (!read || parts.Length != 5 || numbers[0] is < 1 or > 1_000_000 || numbers[0] != Math.Floor(numbers[0]))
            throw new UsageException("--visible is PAGE,X,Y,W,H: a page from 1, and points from the bottom left of what the page shows.");
        return new SignaturePlace((int)numbers[0], new PdfRectangle(numbers[1], numbers[2], numbers[3], numbers[4]));
    }

    static SignatureRequest Request(Wishes wishes, PdfDocument document, X509Certificate2 signer, TimeProvider time)
    {
        var now = time.GetLocalNow();
        var name = PdfText.Printable(signer.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        var field = wishes.Field ?? SignatureFieldNames.Free(document, "Signature");
        var isThere = document.SignatureFields.FirstOrDefault(known => known.Name == field);
        var lines = new[] { $"Signed by {name}", now.ToString("d MMMM yyyy, HH:mm zzz", CultureInfo.InvariantCulture) };
        return new SignatureRequest
        {
            FieldName = field, SigningTime = now, ExpiresAt = now + Patience, SignerName = name, Reason = wishes.Reason, AccessibleName = $"Signature of {name}",
            Place = wishes.Place, Certify = wishes.Certify, Level = wishes.Level, RsaPadding = wishes.Pss ? RsaPadding.Pss : RsaPadding.Pkcs1,
            Appearance = wishes.Place is not null || isThere is { IsVisible: true } ? new SignatureAppearance { Lines = lines } : null
        };
    }

    /// <summary>The key with the certificates up to an anchor: who names anchors wants no signature that they would not accept.</summary>
    static CallbackSignatureKey Trusted(PfxSignatureKey key, IReadOnlyList<X509Certificate2> anchors, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        policy.ExtraStore.AddRange(key.Chain.Concat(anchors).ToArray());
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = at.UtcDateTime;
        if (!chain.Build(key.Chain[0])) throw new SignatureRefusedException("untrusted", "The certificate of --pfx does not lead to one of --trust.");
        var path = chain.ChainElements.Select(element => element.Certificate).ToArray();
        return new CallbackSignatureKey(path.Length == 1 ? path : path[..^1], key.SignAsync);
    }
}
