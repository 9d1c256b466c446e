namespace Balie.Pades;

/// <summary>
/// A request that cannot be signed, or a returned value that must not be embedded. <see cref="Code"/> is a stable word
/// (<c>expired</c>, <c>other-base</c>, <c>signature-wrong</c>, <c>field-taken</c>, ...); the message is a sentence for people. No clause: it says which rule of
/// the file, the request or this library stands in the way.
/// </summary>
public sealed class SignatureRefusedException : Exception
{
    public SignatureRefusedException(string code, string message) : base(message) => Code = code;

    public SignatureRefusedException(string code, string message, Exception inner) : base(message, inner) => Code = code;

    public string Code { get; }
}
