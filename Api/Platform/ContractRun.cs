using System.Reflection;

namespace Balie.Api.Platform;

/// <summary>The build runs the program once to write the contract document; then there is no cluster to join and nothing to check.</summary>
public static class ContractRun
{
    public static bool IsOne { get; } = Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    /// <summary>The endpoints must know which of their parameters are services; none is ever asked for.</summary>
    internal static void StandIn(IServiceCollection services)
    {
        services.AddSingleton<IGrainFactory>(_ => throw new InvalidOperationException("There is no cluster while the contract is written."));
        services.AddSingleton<IClusterClient>(_ => throw new InvalidOperationException("There is no cluster while the contract is written."));
    }
}
