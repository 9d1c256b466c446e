using System.Text.Json;

namespace Balie.Pades;

/// <summary>The three status indications of ETSI EN 319 102-1, 5.1.3, from best to worst.</summary>
public enum Verdict { TotalPassed, Indeterminate, TotalFailed }

/// <summary>
/// Why a signature did not pass (ETSI EN 319 102-1, 5.1.3, tables 5 and 6), gravest first: of several reasons the first one is reported.
/// Everything up to <see cref="Expired"/> means TOTAL-FAILED, everything after it INDETERMINATE.
/// </summary>
public enum SubIndication
{
    FormatFailure, HashFailure, SigCryptoFailure, Revoked, NotYetValid, Expired,
    NoSigningCertificateFound, NoCertificateChainFound, ChainConstraintsFailure, CryptoConstraintsFailure, CryptoConstraintsFailureNoPoe,
    OutOfBoundsNoPoe, CertificateChainGeneralFailure, TryLater, TimestampOrderFailure, SigConstraintsFailure
}

/// <summary>The words of the standard for <see cref="Verdict"/> and <see cref="SubIndication"/> (ETSI EN 319 102-1, 5.1.3).</summary>
public static class VerdictWords
{
    /// <summary>TOTAL-PASSED, INDETERMINATE or TOTAL-FAILED.</summary>
    public static string Word(this Verdict verdict) => JsonNamingPolicy.KebabCaseUpper.ConvertName(verdict.ToString());

    /// <summary>For instance HASH_FAILURE.</summary>
    public static string Word(this SubIndication subIndication) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(subIndication.ToString());

    /// <summary>The indication a sub-indication belongs to; none means that nothing stands against the signature.</summary>
    public static Verdict Verdict(this SubIndication? subIndication) => subIndication switch
    {
        null => Pades.Verdict.TotalPassed,
        <= SubIndication.Expired => Pades.Verdict.TotalFailed,
        _ => Pades.Verdict.Indeterminate
    };
}
