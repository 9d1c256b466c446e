namespace Balie.Api.Platform;

/// <summary>The id of a command, from its header. The client makes it and repeats it when it tries again.</summary>
public readonly record struct CommandId(Guid Value)
{
    public const string Header = "Balie-Command-Id";

    public static ValueTask<CommandId> BindAsync(HttpContext http) =>
        Guid.TryParse(http.Request.Headers[Header], out var id) && id != Guid.Empty
            ? ValueTask.FromResult(new CommandId(id))
            : throw DoorErrors.CommandIdNeeded();

    public static implicit operator Guid(CommandId id) => id.Value;
}
