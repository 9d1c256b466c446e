using System.Collections.Immutable;

namespace Balie.Grains.Signing;

/// <summary>
/// The sentence that says what signing means, by version. A version is never changed: what a signer saw must stay findable. The screen
/// shows it and the signature's event names it.
/// </summary>
public static class SigningStatement
{
    public static ImmutableDictionary<string, string> Texts { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["nl-1"] = "Ik heb dit verslag gelezen en onderteken het. Mijn handtekening is een eenvoudige elektronische handtekening onder het zegel van de gemeente.",
        ["en-1"] = "I have read this report and I sign it. My signature is a simple electronic signature under the seal of the municipality.",
        ["fr-1"] = "J'ai lu ce rapport et je le signe. Ma signature est une signature électronique simple sous le cachet de la commune.",
        ["de-1"] = "Ich habe diesen Bericht gelesen und unterschreibe ihn. Meine Unterschrift ist eine einfache elektronische Signatur unter dem Siegel der Gemeinde.",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public static bool IsKnown(string version) => Texts.ContainsKey(version);
}
