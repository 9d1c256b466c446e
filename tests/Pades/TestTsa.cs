using System.Collections;
using System.Net;
using Org.BouncyCastle.Asn1.Cmp;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;
using BcCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace Balie.Pades.Tests;

/// <summary>A time stamp authority that listens on this machine and speaks RFC 3161 over HTTP; the tokens are made by another library than the one under test.</summary>
public sealed class TestTsa : IDisposable
{
    const string Policy = "1.3.6.1.4.1.99999.1";

    readonly HttpListener listener = new();
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    readonly Func<TimeStampRequest, byte[]> answer;
    readonly Task serving;
    int asked;

    TestTsa(Func<TimeStampRequest, byte[]>? answer)
    {
        this.answer = answer ?? (request => Granted(request));
        Address = Listen();
        Authority = new HttpTimestampAuthority(http, Address);
        serving = Task.Run(ServeAsync);
    }

    public static System.Security.Cryptography.X509Certificates.X509Certificate2 Signer { get; } = TestAuthority.Shared.Timestamper("Tijdstempels Zonnedaal");

    public Uri Address { get; }

    public ITimestampAuthority Authority { get; }

    /// <summary>How many requests came in.</summary>
    public int Asked => asked;

    public static TestTsa Start(Func<TimeStampRequest, byte[]>? answer = null) => new(answer);

    Uri Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            var address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 32_000)}/tsa/";
            try
            {
                listener.Prefixes.Clear();
                listener.Prefixes.Add(address);
                listener.Start();
                return new Uri(address);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Somebody has that port: the next one.
            }
        }
    }

    async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // the test is over
            }
            await AnswerAsync(context);
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        Interlocked.Increment(ref asked);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var isQuery = context.Request.HttpMethod == "POST" && context.Request.ContentType == "application/timestamp-query";
        var bytes = isQuery ? answer(new TimeStampRequest(body.ToArray())) : [];
        context.Response.StatusCode = bytes.Length > 0 ? 200 : 503;
        context.Response.ContentType = "application/timestamp-reply";
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }

    public static byte[] Granted(TimeStampRequest request, System.Security.Cryptography.X509Certificates.X509Certificate2? signer = null)
    {
        var by = signer ?? Signer;
        using var rsa = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(by)!;
        var certificate = new BcCertificate(by.RawData);
        var tokens = new TimeStampTokenGenerator(DotNetUtilities.GetRsaKeyPair(rsa.ExportParameters(true)).Private, certificate, TspAlgorithms.Sha256, Policy);
        tokens.SetCertificates(CollectionUtilities.CreateStore<BcCertificate>([certificate]));
        var responses = new TimeStampResponseGenerator(tokens, TspAlgorithms.Allowed);
        return responses.Generate(request, new BigInteger(64, new SecureRandom()), TestAuthority.Now.UtcDateTime).GetEncoded();
    }

    public static byte[] Rejected(TimeStampRequest request) => new TimeStampResponseGenerator(null!, TspAlgorithms.Allowed)
        .GenerateFailResponse(PkiStatus.Rejection, PkiFailureInfo.BadAlg, "no").GetEncoded();

    public void Dispose()
    {
        listener.Close();
        serving.Wait(TimeSpan.FromSeconds(10));
        http.Dispose();
    }
}
