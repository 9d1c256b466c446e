using System.Reflection;

namespace Balie.Unit.Tests.Api;

/// <summary>Stands in for the cluster: a test says what one grain method answers; every other call fails the request.</summary>
public class FakeGrains : DispatchProxy
{
    private readonly Dictionary<(Type, string), Func<string, object?[], object?>> _answers = [];

    public static IGrainFactory Create(out FakeGrains grains)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        grains = (FakeGrains)(object)factory;
        return factory;
    }

    /// <summary>The answer to a method: given the grain's key and the arguments, the task that the grain would return.</summary>
    public void On<TGrain>(string method, Func<string, object?[], object?> answer) => _answers[(typeof(TGrain), method)] = answer;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod is not { Name: "GetGrain", IsGenericMethod: true } || args?[0] is not string key) throw new NotSupportedException(targetMethod?.Name);
        var grain = typeof(DispatchProxy).GetMethod(nameof(DispatchProxy.Create), 2, [])!
            .MakeGenericMethod(targetMethod.GetGenericArguments()[0], typeof(FakeGrain)).Invoke(null, null)!;
        ((FakeGrain)grain).Become(targetMethod.GetGenericArguments()[0], key, _answers);
        return grain;
    }
}

public class FakeGrain : DispatchProxy
{
    private Type _type = typeof(object);
    private string _key = "";
    private IReadOnlyDictionary<(Type, string), Func<string, object?[], object?>> _answers = new Dictionary<(Type, string), Func<string, object?[], object?>>();

    internal void Become(Type type, string key, IReadOnlyDictionary<(Type, string), Func<string, object?[], object?>> answers) => (_type, _key, _answers) = (type, key, answers);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answers.TryGetValue((_type, targetMethod!.Name), out var answer) ? answer(_key, args ?? []) : throw new NotSupportedException($"{_type.Name}.{targetMethod.Name}");
}
