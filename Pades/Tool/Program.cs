using Balie.Pades.Tool;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return (int)await new CommandLine(Console.OpenStandardOutput(), Console.Error, TimeProvider.System).RunAsync(args, stop.Token);
