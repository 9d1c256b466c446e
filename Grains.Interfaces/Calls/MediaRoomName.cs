using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Calls;

/// <summary>A visit's room on a media node, also the name of its folder of raw tracks there: unique over tenants.</summary>
public static class MediaRoomName
{
    public static string Of(GrainKey visit) => $"{visit.Tenant}-{visit.Id}";
}
