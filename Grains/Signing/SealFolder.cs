using System.Collections.Concurrent;
using Balie.Grains.Interfaces.Platform;
using Balie.Pades;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Signing;

/// <summary>Where seals lie, and whether practice seals will do. <see cref="Folder"/> null or absent: nobody signs until seals are there.</summary>
public sealed record SealOptions(string? Folder, bool Development);

/// <summary>A seal that must not be used here; the message says why and what to do.</summary>
public sealed class SealException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Seals as files: <c>TENANT.pfx</c> (PKCS #12) with its password in <c>TENANT.password</c>. A renewed file is picked up at the next signature.
/// Outside Development a practice seal stops the start, and one that is put there later is never used.
/// </summary>
public sealed class SealFolder(SealOptions options, ILogger<SealFolder> log) : ISealKeys, IHostedService
{
    private readonly ConcurrentDictionary<string, Seal> _seals = new(StringComparer.Ordinal);

    private sealed record Seal(DateTime Written, PfxSignatureKey Key);

    public ISignatureKey ForTenant(string tenant)
    {
        if (options.Folder is null || !GrainKey.IsPart(tenant)) throw new BalieException(SigningErrors.SealMissing);
        var file = new FileInfo(Path.Combine(options.Folder, $"{tenant}.pfx"));
        try
        {
            if (_seals.TryGetValue(tenant, out var seal) && seal.Written == file.LastWriteTimeUtc) return seal.Key;
            return (_seals[tenant] = new Seal(file.LastWriteTimeUtc, Load(file.FullName))).Key;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or SignatureRefusedException or SealException)
        {
            log.LogError(problem, "The seal of {Tenant} cannot be used.", tenant);
            throw new BalieException(SigningErrors.SealMissing);
        }
    }

    /// <exception cref="SealException">A practice seal lies here outside Development.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Development || options.Folder is null || !Directory.Exists(options.Folder)) return Task.CompletedTask;
        foreach (var file in Directory.EnumerateFiles(options.Folder, "*.pfx").Order(StringComparer.Ordinal))
        {
            try
            {
                Load(file).Dispose();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or SignatureRefusedException)
            {
                // The other municipalities can sign; this one is told at its first ceremony.
                log.LogError(problem, "The seal {File} cannot be opened.", file);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private PfxSignatureKey Load(string file)
    {
        var password = File.ReadAllText(Path.ChangeExtension(file, ".password")).Trim();
        var key = PfxSignatureKey.Load(File.ReadAllBytes(file), password);
        if (options.Development || PracticeSeal.Find(key.Chain) is not { } why) return key;
        key.Dispose();
        throw new SealException("seal.practice", $"The seal {file} is a practice seal ({why}): its signatures prove nothing. Put the municipality's own seal there.");
    }
}
