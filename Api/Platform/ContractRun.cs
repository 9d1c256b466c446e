using System.Reflection;

namespace Balie.Api.Platform;

/// <summary>The build runs the program once to write the contract document; then there is no cluster to join and nothing to check.</summary>
public static class ContractRun
{
    public static bool IsOne { get; } = Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";
}
