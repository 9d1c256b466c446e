namespace Balie.Api.Platform;

/// <summary>
/// Refuses requests that another site made with our visitor's cookies: whatever changes something, and every hub connection, comes from our
/// own origin (Sec-Fetch-Site, Origin) and, where a page can set it, carries a header that a form cannot.
/// </summary>
public sealed class ForgeryGuard(RequestDelegate next, PublicAddress address)
{
    public const string Header = "Balie-Request";

    public Task InvokeAsync(HttpContext http)
    {
        if (IsGuarded(http.Request) && !IsOwn(http.Request)) throw DoorErrors.Forged();
        return next(http);
    }

    private static bool IsGuarded(HttpRequest request) =>
        request.Path.StartsWithSegments("/hubs") || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    private bool IsOwn(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site != "same-origin") return false;
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != address.Of(request)) return false;
        // A WebSocket is opened by GET and cannot carry the header; a browser always names the origin of one.
        return HttpMethods.IsGet(request.Method) || request.Headers[Header] == "1";
    }
}
