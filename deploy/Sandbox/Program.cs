using Balie.Sandbox;
using Balie.Sandbox.Ca;
using Balie.Sandbox.Hooks;
using Balie.Sandbox.Mail;
using Balie.Sandbox.OpenId;

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var options = SandboxOptions.From(builder.Configuration);
var book = AccountBook.Load(Path.Combine(AppContext.BaseDirectory, "accounts.json"), builder.Configuration);
var data = new DataFolder(options.DataFolder);

builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(options.Port));
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
builder.Services.AddSingleton(options);
builder.Services.AddSingleton(data);
builder.Services.AddSingleton(book);
builder.Services.AddSingleton<TimeProvider>(new OffsetClock(options.ClockOffset));
builder.Services.AddOpenIdProvider(options, data, book);
builder.Services.AddTransient<Arrivals>();
builder.Services.AddSingleton<Mailbox>();
builder.Services.AddHostedService<SmtpReceiver>();
builder.Services.AddSingleton<CertificateAuthority>();
builder.Services.AddSingleton<HookStore>();

var app = builder.Build();
if (options.SealsFolder is { } seals)
    SealFiles.Provide(seals, book, app.Services.GetRequiredService<CertificateAuthority>());

app.Use(LoopbackNamesOnly);
app.UseAuthentication();
app.MapIndex();
app.MapOpenIdProvider();
app.MapMailbox();
app.MapCertificateAuthority();
app.MapHooks();
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"sandbox ready {options.BaseAddress.ToString().TrimEnd('/')}"));
app.Run();

// A page elsewhere that points its own name at this machine must not read the mail (DNS rebinding).
static Task LoopbackNamesOnly(HttpContext http, RequestDelegate next)
{
    var host = http.Request.Host.Host;
    if (host is "localhost" or "127.0.0.1" or "[::1]" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        return next(http);
    http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
    return Task.CompletedTask;
}
