using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Files in and out.</summary>
internal static class Files
{
    const int LargestPem = 16 * 1024 * 1024;

    /// <summary>Folders that hold no files: moving one there would replace a device.</summary>
    static readonly string[] Machine = ["/dev/", "/proc/", "/sys/"];

    /// <exception cref="PdfRefusedException">The file is larger than any that is read.</exception>
    public static async Task<byte[]> ReadPdfAsync(string path, CancellationToken ct = default)
    {
        if (new FileInfo(path) is { Exists: true, Length: > PdfLimits.FileSize }) throw new PdfRefusedException("too-large", "The file is larger than 256 MB.");
        return await File.ReadAllBytesAsync(path, ct);
    }

    /// <summary>The file appears whole or not at all: it is written beside its place and moved there.</summary>
    /// <param name="appended">What comes after the content, in the same file.</param>
    public static async Task WriteWholeAsync(string path, ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> appended = default, CancellationToken ct = default)
    {
        var full = Place(path);
        var beside = $"{full}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.part";
        try
        {
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await file.WriteAsync(content, ct);
                await file.WriteAsync(appended, ct);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, full, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Where a file may appear: behind links, in a folder that is there, and never in the place of a device.</summary>
    static string Place(string path)
    {
        var (said, full) = (Path.GetFullPath(path), Path.GetFullPath(path));
        if (File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target) full = target.FullName;
        if (Machine.Any(folder => said.StartsWith(folder, StringComparison.Ordinal) || full.StartsWith(folder, StringComparison.Ordinal))) throw new IOException($"{path} is no place for a file.");
        return Directory.Exists(Path.GetDirectoryName(full)) ? full : throw new DirectoryNotFoundException($"There is no folder for {path}.");
    }

    /// <summary>All certificates of PEM files (or of single DER files).</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<X509Certificate2> Certificates(IReadOnlyList<string> paths)
    {
        var found = new X509Certificate2Collection();
        foreach (var path in paths)
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestPem }) throw new UsageException($"{path} is too large for a list of certificates.");
            var before = found.Count;
            var bytes = File.ReadAllBytes(path);
            try
            {
                if (bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0) found.ImportFromPem(System.Text.Encoding.Latin1.GetString(bytes));
                else found.Add(X509CertificateLoader.LoadCertificate(bytes));
            }
            catch (CryptographicException)
            {
                // Said below: there is nothing in it that could be used.
            }
            if (found.Count == before) throw new UsageException($"{path} holds no certificate.");
        }
        return [.. found];
    }
}
