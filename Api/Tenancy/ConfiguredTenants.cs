using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Tenancy;

/// <summary>The directory of a web front on its own: configuration <c>Balie:Tenants:N:{Code,Name}</c>. A silo brings its own.</summary>
public sealed class ConfiguredTenants(IConfiguration configuration) : ITenantDirectory
{
    public IReadOnlyList<TenantName> Tenants { get; } = configuration.GetSection("Balie:Tenants").Get<TenantName[]>() ?? [];
}
