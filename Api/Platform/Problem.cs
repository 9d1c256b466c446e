using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Balie.Api.Platform;

/// <summary>A refusal as it travels (RFC 9457, <c>application/problem+json</c>). <see cref="TraceId"/> is in the log too.</summary>
public sealed record Problem(string Title, int Status, string TraceId, IReadOnlyList<ProblemError> Errors);

/// <summary>One thing that is wrong: a stable code, a sentence to act on, and the field it is about.</summary>
public sealed record ProblemError(string Code, string Message, string? Field);

/// <summary>What an exception means to the one who asked.</summary>
/// <param name="RetryAfter">Seconds; null when trying again is no use.</param>
/// <param name="IsFault">A mistake of ours.</param>
/// <param name="Away">For the log: what does not answer now. Nobody's mistake, and whoever lost it has logged it in full.</param>
public sealed record Refusal(int Status, IReadOnlyList<ProblemError> Errors, int? RetryAfter = null, bool IsFault = false, string? Away = null)
{
    public static Refusal Of(Exception cause) => cause switch
    {
        BalieException balie => new(StatusOf(balie.Error.Kind), [.. balie.Errors.Select(ToError)], RetryAfterOf(balie.Error.Kind)),
        NotKnownException stranger => new(StatusCodes.Status401Unauthorized, [ToError(stranger.Error)]),
        BadHttpRequestException bad => OfBody(bad),
        _ when IsAway(cause) =>
            new(StatusCodes.Status503ServiceUnavailable, [new("balie.busy", "Balie antwoordt even niet. Probeer zo dadelijk opnieuw.", null)], 1, Away: cause.Message.Split('\n')[0]),
        _ => new(StatusCodes.Status500InternalServerError, [new("balie.failed", "Er ging iets mis bij ons. Probeer opnieuw.", null)], IsFault: true),
    };

    public static Refusal TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge, [new("body.too-large", "Dit is te groot.", null)]);

    /// <summary>
    /// The database, the cluster, or the silo that was asked, does not answer now. An OrleansException is that too: no silo that hosts the grain, no gateway, a client that is
    /// still connecting. And a cookie whose key nobody could be asked for.
    /// </summary>
    public static bool IsAway(Exception cause) => cause is TimeoutException or OrleansException or ClientNotAvailableException or DbException { IsTransient: true }
        || (cause is CryptographicException { InnerException: { } keys } && IsAway(keys))
        || (cause is InvalidOperationException or ArgumentException && cause.TargetSite?.DeclaringType?.Assembly.GetName().Name?.StartsWith("Orleans.", StringComparison.Ordinal) == true);

    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.Gone => StatusCodes.Status410Gone,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static int? RetryAfterOf(ErrorKind kind) => kind switch { ErrorKind.Unavailable => 1, ErrorKind.TooMany => 5, _ => null };

    private static ProblemError ToError(BalieError error) => new(error.Code, error.Message, error.Field);

    private static Refusal OfBody(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        { InnerException: JsonException json } => new(bad.StatusCode, BodyErrors.Of(json)),
        _ => new(bad.StatusCode, [new("body.invalid", "Deze vraag konden we niet lezen.", BodyErrors.ParameterOf(bad))]),
    };
}

/// <summary>Names the fields that a body lacks or has wrong.</summary>
public static partial class BodyErrors
{
    public static IReadOnlyList<ProblemError> Of(JsonException cause)
    {
        var missing = MissingList().Match(cause.Message);
        if (missing.Success)
            return [.. Quoted().Matches(missing.Groups[1].Value).Select(m => new ProblemError("field.required", "Vul dit in.", m.Groups[1].Value))];
        var field = cause.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        return [new("field.invalid", "Dit is niet goed ingevuld.", field)];
    }

    /// <summary>The query or header parameter that could not be read; the framework names it in its message only.</summary>
    public static string? ParameterOf(BadHttpRequestException bad) =>
        Parameter().Match(bad.Message) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("missing required properties[^:]*: (.*)$", RegexOptions.Singleline)]
    private static partial Regex MissingList();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("parameter \"[^\" ]+ ([A-Za-z]+)\"")]
    private static partial Regex Parameter();
}

/// <summary>Turns every refusal and fault into an answer; the first middleware after the headers.</summary>
public sealed class ProblemMiddleware(RequestDelegate next, IOptions<JsonOptions> json, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (IsBareError(http)) await AnswerAsync(http, Bare(http), null);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug("The caller of {Path} left before the answer.", http.Request.Path);
        }
        catch (Exception cause) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, cause is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? TooLarge(http) : Refusal.Of(cause), cause);
        }
    }

    public static string TraceId(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private async Task AnswerAsync(HttpContext http, Refusal refusal, Exception? cause)
    {
        var trace = TraceId(http);
        if (refusal.IsFault) log.LogError(cause, "{Method} {Path} failed; trace {TraceId}.", http.Request.Method, http.Request.Path, trace);
        else if (refusal.Away is { } away) log.LogWarning("{Method} {Path} was put off: {Reason}", http.Request.Method, http.Request.Path, away);
        else log.LogInformation("{Method} {Path} refused: {Codes}.", http.Request.Method, http.Request.Path, string.Join(' ', refusal.Errors.Select(e => e.Code)));
        ClearForAnswer(http.Response);
        http.Response.StatusCode = refusal.Status;
        // Who knows better when to try again has said so already.
        if (refusal.RetryAfter is { } seconds && http.Response.Headers.RetryAfter.Count == 0) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (IsForPeople(http.Request)) await Pages.PlainPage.Refused(http, refusal, trace).ExecuteAsync(http);
        else await WriteAsync(http, refusal, trace);
    }

    /// <summary>The framework refuses some bodies with a status alone.</summary>
    private static bool IsBareError(HttpContext http) =>
        !http.Response.HasStarted && http.Response.StatusCode >= StatusCodes.Status400BadRequest && http.Response.ContentType is null
        && http.Request.Path.StartsWithSegments("/api");

    private static Refusal Bare(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge(http),
        StatusCodes.Status416RangeNotSatisfiable and var status => new(status, [new("range.invalid", "Dit stuk van het bestand bestaat niet.", null)]),
        (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed) and var status => new(status, [new("page.unknown", "Dit bestaat niet.", null)]),
        var status => new(status, [new("body.invalid", "Deze vraag konden we niet lezen.", null)]),
    };

    private static Refusal TooLarge(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Error is { } error
        ? new(StatusCodes.Status413PayloadTooLarge, [error])
        : Refusal.TooLarge;

    private Task WriteAsync(HttpContext http, Refusal refusal, string trace)
    {
        var problem = new Problem(refusal.Errors[0].Message, refusal.Status, trace, refusal.Errors);
        return http.Response.WriteAsJsonAsync(problem, json.Value.SerializerOptions, "application/problem+json", CancellationToken.None);
    }

    /// <summary>What the refused endpoint prepared is not ours to send; the security headers stay.</summary>
    private static void ClearForAnswer(HttpResponse response)
    {
        foreach (var header in (string[])["Content-Type", "Content-Length", "Content-Disposition", "Content-Range", "ETag", "Accept-Ranges"])
            response.Headers.Remove(header);
        if (response.Body.CanSeek) response.Body.SetLength(0);
    }

    private static bool IsForPeople(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/hubs")
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
}
