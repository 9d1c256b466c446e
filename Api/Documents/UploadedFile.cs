using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Balie.Api.Documents;

/// <summary>The one file of a form, read as it comes in: its bytes never rest on this machine's disk in the clear.</summary>
public sealed record UploadedFile(string Name, Stream Content)
{
    private const int LongestName = 150;

    /// <exception cref="BalieException"><c>document.missing</c>: no form, or no part "file".</exception>
    public static async Task<UploadedFile> ReadAsync(HttpRequest request, CancellationToken ct = default)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "multipart/form-data"
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= 100 } boundary)
            throw Missing();
        var reader = new MultipartReader(boundary, request.Body);
        while (await NextAsync(reader, ct) is { } section)
        {
            if (section.AsFileSection() is { Name: "file", FileStream: { } content } file) return new UploadedFile(CleanName(file.FileName), content);
        }
        throw Missing();
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadNextSectionAsync(ct);
        }
        catch (Exception cause) when (cause is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BalieException(BalieError.Invalid("document.missing", "Het bestand kwam niet goed aan. Probeer opnieuw.", "file"));
        }
    }

    /// <summary>The last part of whatever path a browser sent, without control characters.</summary>
    private static string CleanName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(c => !char.IsControl(c) && c is not ('"' or '<' or '>'))]).Trim();
        return clean.Length == 0 ? "document" : clean.Length <= LongestName ? clean : clean[^LongestName..];
    }

    private static BalieException Missing() => new(BalieError.Invalid("document.missing", "Kies een bestand.", "file"));
}
