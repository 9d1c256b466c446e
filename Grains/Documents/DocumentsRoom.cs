using Balie.Grains.Interfaces.Documents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Balie.Grains.Documents;

/// <summary>Registers the Documents room.</summary>
public static class DocumentsRoom
{
    /// <summary>Adds <see cref="IDocumentIntake"/>. Needs the platform with its blob store.</summary>
    public static IServiceCollection AddDocumentsRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<IDocumentIntake>(s => ActivatorUtilities.CreateInstance<DocumentIntake>(s));
        return services;
    }
}
