namespace Balie.Pades;

/// <summary>The way to a time stamp authority (RFC 3161, 3). It only carries bytes: what comes back is checked by <see cref="Timestamps"/>.</summary>
public interface ITimestampAuthority
{
    /// <summary>Sends a TimeStampReq and returns the TimeStampResp, both in DER (RFC 3161, 2.4).</summary>
    /// <exception cref="TimestampException">The authority cannot be reached.</exception>
    Task<byte[]> AskAsync(ReadOnlyMemory<byte> request, CancellationToken ct = default);
}

/// <summary>There is no time stamp (RFC 3161, 2.4.2): <see cref="Code"/> is <c>tsa-unavailable</c>, <c>tsa-refused</c> or <c>tsa-answer</c>.</summary>
public sealed class TimestampException : Exception
{
    public TimestampException(string code, string message) : base(message) => Code = code;

    public TimestampException(string code, string message, Exception inner) : base(message, inner) => Code = code;

    public string Code { get; }
}
