using System.Collections.Concurrent;
using System.Reflection;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>
/// Who may call what, before any grain method runs: the method's <see cref="AllowAttribute"/> names the caller's kind (and role), the tenant in the grain's
/// key is the caller's, and a participant stays within their visit. A method that says nothing is callable by nobody; only Orleans' own interfaces pass.
/// </summary>
public sealed class TenantFilter : IIncomingGrainCallFilter
{
    public static BalieError Denied { get; } = BalieError.Forbidden("access.denied", "Je hebt hier geen toegang toe.");

    private static readonly ConcurrentDictionary<Type, bool> Theirs = new();
    private readonly ConcurrentDictionary<MethodInfo, AllowAttribute?> _rules = new();

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var method = context.InterfaceMethod;
        if (!IsOrleans(method.DeclaringType!) && !MayCall(_rules.GetOrAdd(method, m => m.GetCustomAttribute<AllowAttribute>()), Caller.Current, context.TargetId.Key.ToString()!))
            throw new BalieException(Denied);
        return context.Invoke();
    }

    /// <summary>The rule itself. Pure.</summary>
    public static bool MayCall(AllowAttribute? rule, Caller? caller, string key)
    {
        if (rule is null || caller is null || !rule.Kinds.Contains(caller.Kind)) return false;
        if (rule.Role is { } role && caller.IsStaff && !caller.Is(role)) return false;
        if (caller.Kind == CallerKind.Operator) return true;
        return GrainKey.TryParse(key) is { } at && at.Tenant == caller.Tenant && (caller.Kind != CallerKind.Participant || rule.AnyVisit || at.Id == caller.Visit);
    }

    /// <summary>Orleans' own interfaces, and observers: a grain calls those because they asked it to.</summary>
    internal static bool IsOrleans(Type type) => Theirs.GetOrAdd(type, static one =>
        one.Assembly.GetName().Name!.StartsWith("Orleans.", StringComparison.Ordinal) || one.IsAssignableTo(typeof(IGrainObserver)));
}
