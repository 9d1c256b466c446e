using Orleans;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>What a refusal means for the one who asked; a door maps it to an HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>Something filled in is wrong (400/422).</summary>
    Invalid = 0,

    /// <summary>It does not exist, or not for this caller (404).</summary>
    NotFound = 1,

    /// <summary>The state has moved on, or somebody else was first (409).</summary>
    Conflict = 2,

    /// <summary>The caller may not do this (403).</summary>
    Forbidden = 3,

    /// <summary>A hold, link or request has expired (410).</summary>
    Gone = 4,

    /// <summary>A part that is needed does not answer now; trying again makes sense (503).</summary>
    Unavailable = 5,

    /// <summary>Too much at once (429).</summary>
    TooMany = 6,
}

/// <summary>
/// A refusal: a stable code, a Dutch sentence a person can act on, and the field it is about (camelCase, as in the contract). The client
/// translates by code and falls back on the sentence.
/// </summary>
[GenerateSerializer, Immutable, Alias("BalieError")]
public sealed record BalieError(
    [property: Id(0)] ErrorKind Kind,
    [property: Id(1)] string Code,
    [property: Id(2)] string Message,
    [property: Id(3)] string? Field = null)
{
    public static BalieError Invalid(string code, string message, string? field = null) => new(ErrorKind.Invalid, code, message, field);

    public static BalieError NotFound(string code, string message) => new(ErrorKind.NotFound, code, message);

    public static BalieError Conflict(string code, string message) => new(ErrorKind.Conflict, code, message);

    public static BalieError Forbidden(string code, string message) => new(ErrorKind.Forbidden, code, message);

    public static BalieError Gone(string code, string message) => new(ErrorKind.Gone, code, message);

    public static BalieError Unavailable(string code, string message) => new(ErrorKind.Unavailable, code, message);
}

/// <summary>A grain refuses. Carries one error, or several when several fields are wrong.</summary>
[GenerateSerializer, Alias("BalieException")]
public sealed class BalieException : Exception
{
    public BalieException(params BalieError[] errors)
        : base(string.Join(' ', errors.Select(e => e.Message)))
    {
        if (errors.Length == 0) throw new ArgumentException("A refusal has a reason.", nameof(errors));
        Errors = errors;
    }

    [Id(0)] public BalieError[] Errors { get; }

    public BalieError Error => Errors[0];
}
