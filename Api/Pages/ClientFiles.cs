using Microsoft.Extensions.FileProviders;

namespace Balie.Api.Pages;

/// <summary>
/// The built web client: two entry pages and their assets, in <c>wwwroot</c> beside the program (or <c>Balie:WebRoot</c>). Independent of the
/// folder the program was started from.
/// </summary>
public sealed class ClientFiles : IDisposable
{
    private readonly PhysicalFileProvider? _files;

    public ClientFiles(IConfiguration configuration)
    {
        var root = configuration["Balie:WebRoot"] is { Length: > 0 } configured ? Path.GetFullPath(configured) : Path.Combine(AppContext.BaseDirectory, "wwwroot");
        _files = Directory.Exists(root) ? new PhysicalFileProvider(root) : null;
    }

    public IFileProvider Files => _files ?? (IFileProvider)new NullFileProvider();

    /// <summary>An entry page by file name; null when the client was not built.</summary>
    public IFileInfo? Entry(string name) => Files.GetFileInfo(name) is { Exists: true } file ? file : null;

    public void Dispose() => _files?.Dispose();
}
