using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Appends a document time stamp; whatever is signed stays as it is.</summary>
sealed class TimestampCommand : ICommand
{
    public string Name => "timestamp";

    public string Usage => "timestamp IN OUT --tsa URL";

    public async Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default)
    {
        var tsa = Stamper.Address(arguments.Option("--tsa") ?? throw new UsageException("--tsa is missing."));
        string from = arguments.File("IN"), to = arguments.File("OUT");
        arguments.Done();
        using var stamper = new Stamper(tsa);
        using var mapped = MappedPdf.Open(from);
        await Files.WriteWholeAsync(to, mapped.Memory, await DocumentTimestamp.AppendIncrementAsync(mapped.Memory, stamper.Authority, ct), ct);
        return ExitCode.Done;
    }
}
