namespace Balie.Grains.Interfaces.Tenancy;

/// <summary>The municipalities that this counter serves, as configured; known without asking a grain.</summary>
public interface ITenantDirectory
{
    IReadOnlyList<TenantName> Tenants { get; }
}

public sealed record TenantName(string Code, string Name);
