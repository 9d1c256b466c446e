using System.Globalization;

namespace Balie.Sandbox;

/// <summary>What the command line says. Lifetimes are in seconds; every port is bound on loopback only.</summary>
public sealed record SandboxOptions(
    int Port,
    int SmtpPort,
    string DataFolder,
    IReadOnlyList<Uri> BalieAddresses,
    string? SealsFolder,
    TimeSpan CodeLifetime,
    TimeSpan ClockOffset)
{
    /// <summary>The address people and programs use; also the base of the OpenID issuer.</summary>
    public Uri BaseAddress => new($"http://localhost:{Port}/");

    /// <summary>Reads <c>--port --smtp-port --data --balie --seals --code-lifetime --clock-offset</c>.</summary>
    /// <exception cref="FormatException">A value is not what its option needs.</exception>
    public static SandboxOptions From(IConfiguration configuration) => new(
        Number(configuration, "port", 8081),
        Number(configuration, "smtp-port", 8025),
        Path.GetFullPath(configuration["data"] ?? Path.Combine(".data", "sandbox")),
        Addresses(configuration["balie"] ?? "http://localhost:8080"),
        configuration["seals"] is { Length: > 0 } seals ? Path.GetFullPath(seals) : null,
        TimeSpan.FromSeconds(Number(configuration, "code-lifetime", 30)),
        TimeSpan.FromSeconds(Number(configuration, "clock-offset", 0)));

    private static int Number(IConfiguration configuration, string name, int otherwise) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"--{name} must be a whole number, not '{text}'.");

    private static Uri[] Addresses(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            Uri.TryCreate(part, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new FormatException($"--balie must be one or more http(s) addresses, not '{part}'."))];
}

/// <summary>The machine's clock, moved by <c>--clock-offset</c>, so that a test can let a code grow old without waiting.</summary>
public sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
