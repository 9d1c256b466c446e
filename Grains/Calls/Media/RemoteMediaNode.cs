namespace Balie.Grains.Calls.Media;

/// <summary>
/// The media node of another machine, as the register tells of it. It counts as dead when it started anew, left, or when nothing listens at its address any
/// more; the silence of its silo alone ends no call, since Janus outlives it. One that cannot be reached, as when its machine lost power, is away until it
/// answers again.
/// </summary>
internal sealed class RemoteMediaNode(string name) : IMediaNode
{
    /// <summary>A connection that is begun while the machine is cut off is tried ever less often; one that is begun anew gets through at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private MediaNodeAddress? _current;
    private string? _gone;
    private string? _away;
    private Task _asking = Task.CompletedTask;

    public string Name => name;

    public MediaNodeAddress? Current => Volatile.Read(ref _current);

    /// <summary>New calls may start here.</summary>
    public bool TakesCalls { get; private set; }

    public bool IsForsaken { get; private set; }

    public event Action<MediaNodeAddress>? Started;

    public event Action<string>? Died;

    public void Learn(MediaNodeAddress? address, bool takesCalls, bool forsaken = false)
    {
        MediaNodeAddress? ended, begun;
        lock (_lock)
        {
            // What was seen dead stays dead, whatever an older row says.
            if (address?.Incarnation == _gone) address = null;
            IsForsaken = forsaken;
            if (address is not null && address.Incarnation == _away)
            {
                if (_asking.IsCompleted) _asking = Task.Run(() => AskAsync(address));
                address = null;
            }

            TakesCalls = takesCalls && address is not null;
            if (address?.Incarnation == _current?.Incarnation) return;
            (ended, begun) = (_current, address);
            Volatile.Write(ref _current, address);
        }

        if (ended is not null) Died?.Invoke(ended.Incarnation);
        if (begun is not null) Started?.Invoke(begun);
    }

    public void Refused(string incarnation)
    {
        lock (_lock)
        {
            if (_current?.Incarnation != incarnation) return;
            _gone = incarnation;
        }

        Learn(null, takesCalls: false);
    }

    public void Unreachable(string incarnation)
    {
        lock (_lock)
        {
            if (_current?.Incarnation != incarnation) return;
            _away = incarnation;
        }

        Learn(null, takesCalls: false);
    }

    private async Task AskAsync(MediaNodeAddress address)
    {
        try
        {
            await JanusClient.AnswersAsync(address, CancellationToken.None, Patience);
            lock (_lock)
            {
                if (_away == address.Incarnation) _away = null;
            }
        }
        catch (Exception error) when (error is System.Net.WebSockets.WebSocketException or MediaException)
        {
            // Still away; what the register says next asks again.
        }
    }
}
