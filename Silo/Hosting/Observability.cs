using Balie.Api.Platform;
using OpenTelemetry;
using OpenTelemetry.Resources;
using Orleans.Dashboard;

namespace Balie.Silo.Hosting;

/// <summary>What the operator sees: metrics and traces by OpenTelemetry, and the Orleans dashboard. Health, never content.</summary>
internal static class Observability
{
    private const string Dashboard = "/operator/orleans";

    /// <summary>How often the dashboard counts. Each count walks the whole directory of grains, also when nobody looks.</summary>
    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(10);

    /// <summary>Measured always; sent only when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
    public static void AddBalieTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("balie", serviceVersion: typeof(Observability).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddMeter(
                "Balie.*", "Microsoft.Orleans", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.RateLimiting"))
            .WithTracing(traces => traces.AddSource("Balie.*", "Microsoft.Orleans.Application", "Microsoft.AspNetCore", "Npgsql"));
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) telemetry.UseOtlpExporter();
    }

    public static void AddBalieDashboard(this ISiloBuilder silo)
    {
        silo.AddActivityPropagation();
        silo.AddDashboard(dashboard => (dashboard.HideTrace, dashboard.CounterUpdateIntervalMs) = (true, (int)Counted.TotalMilliseconds));
    }

    /// <summary>Behind the operator role. Its page that shows the state of a grain is closed: that is content.</summary>
    public static void MapBalieDashboard(this WebApplication app)
    {
        app.Map($"{Dashboard}/GrainState", () => Results.NotFound()).Access(Access.Operator).ExcludeFromDescription().WithOrder(-1);
        app.MapOrleansDashboard(Dashboard).WithMetadata(new AccessRule(Access.Operator));
    }
}
