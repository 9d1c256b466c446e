using System.Security.Cryptography;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>How the tool ends; a script can rely on these numbers.</summary>
internal enum ExitCode { Done = 0, Failed = 1, Indeterminate = 2, Refused = 3, ServiceUnavailable = 4, Interrupted = 130, Usage = 64 }

/// <summary>One word of the command line and what it does.</summary>
internal interface ICommand
{
    string Name { get; }

    /// <summary>The line that explains it, without the program's name.</summary>
    string Usage { get; }

    /// <exception cref="UsageException">The command line is wrong.</exception>
    Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default);
}

/// <summary>What a command works with: where data goes, where sentences for people go, and the time.</summary>
internal sealed record Session(Stream Output, TextWriter Messages, TimeProvider Time)
{
    /// <summary>Data for the next program; nothing else goes to standard output.</summary>
    public Task WriteAsync(string text, CancellationToken ct = default) => Output.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask();
}

/// <summary>Finds the command, runs it, and says in one sentence what went wrong.</summary>
internal sealed class CommandLine(Stream output, TextWriter messages, TimeProvider time)
{
    static readonly ICommand[] Commands = [new SignCommand(), new TimestampCommand(), new CleanCommand(), new VerifyCommand(), new InspectCommand()];

    public async Task<ExitCode> RunAsync(IReadOnlyList<string> words, CancellationToken ct = default)
    {
        if (words is ["help" or "--help" or "-h"])
        {
            await messages.WriteLineAsync(Help());
            return ExitCode.Done;
        }
        try
        {
            var command = Commands.FirstOrDefault(known => words.Count > 0 && known.Name == words[0]) ?? throw new UsageException("Which command?");
            return await command.RunAsync(new Arguments(words.Skip(1)), new Session(output, messages, time), ct);
        }
        catch (UsageException e)
        {
            await messages.WriteLineAsync($"{PdfText.Printable(e.Message)}\n{Help()}");
            return ExitCode.Usage;
        }
        catch (TimestampException e)
        {
            return await SayAsync(e.Message, ExitCode.ServiceUnavailable);
        }
        catch (Exception e) when (e is PdfRefusedException or SignatureRefusedException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return await SayAsync(e.Message, ExitCode.Refused);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    async Task<ExitCode> SayAsync(string message, ExitCode code)
    {
        await messages.WriteLineAsync(PdfText.Printable(message));
        return code;
    }

    static string Help() => string.Join('\n', Commands.Select(command => $"  pades {command.Usage}").Prepend("Usage:"));
}
