namespace Balie.Pdf;

/// <summary>
/// A file that cannot be read, or must not be signed. <see cref="Code"/> is a stable word for programs
/// (<c>encrypted</c>, <c>xfa</c>, <c>xref-broken</c>, ...); the message is a sentence for people.
/// Opening any sequence of bytes ends in a document or in this exception, never in another one. No clause: it says where
/// a file leaves ISO 32000-2, or what this library does not take.
/// </summary>
public sealed class PdfRefusedException : Exception
{
    public PdfRefusedException(string code, string message) : base(message) => Code = code;

    public PdfRefusedException(string code, string message, Exception inner) : base(message, inner) => Code = code;

    public string Code { get; }
}
