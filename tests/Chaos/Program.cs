using Balie.Chaos;

return ChaosOptions.Read(args) is { } options ? await ChaosRun.RunAsync(options) : 64;
