using Balie.Grains.Interfaces.Calls;

namespace Balie.Api.Calls;

/// <summary>What a browser in a visit may ask over <c>/hubs/visit?tenant=&amp;visit=&amp;as=</c>. A refusal is a HubException <c>code|sentence</c>.</summary>
public interface IVisitHub
{
    /// <summary>First after every (re)connect and to catch up: marks presence, answers with everything the caller may see.</summary>
    Task<VisitSnapshot> Enter();

    /// <summary>SDP offer of what the caller sends; the answer's SDP comes back.</summary>
    Task<string> Publish(PublishMedia media);

    /// <summary>Asks for the others' media; null when there is nothing to receive yet.</summary>
    Task<MediaOffer?> Subscribe();

    /// <summary>After a reconnect of a browser that still receives: what it missed since the offer of that number; empty when nothing.</summary>
    Task<MediaSignal> Resume(int last);

    /// <summary>The answer to the offer of that number; answers to older offers are ignored.</summary>
    Task Answer(MediaAnswer answer);

    /// <summary>The relay for a network that lets no UDP through; null when this counter has none.</summary>
    Task<RelayServer?> Relay();

    /// <summary>A candidate of the sending or the receiving connection; null = no more.</summary>
    Task Trickle(bool publisher, IceCandidate? candidate);
}

/// <summary>What a browser in a visit hears.</summary>
public interface IVisitClient
{
    /// <summary>A room changed. <paramref name="view"/> is the whole view for this viewer, or null when it may see nothing of it.</summary>
    Task Changed(string room, long version, object? view);

    /// <summary>Versions in the journal, at most every two seconds: whoever is behind enters again.</summary>
    Task Heads(IReadOnlyDictionary<string, long> heads);

    /// <summary>A new offer for the receiving connection, or the request to publish or to subscribe again.</summary>
    Task Signal(MediaSignal signal);

    /// <summary>A signal may have been lost on its way: whoever has media that stands asks what was missed (<see cref="IVisitHub.Resume"/>).</summary>
    Task Missed();
}

/// <summary>What an officer may ask over <c>/hubs/desk?tenant=</c>.</summary>
public interface IDeskHub
{
    /// <summary>Agenda and waiting of a day (ISO date; null = today), and from now on <see cref="IDeskClient.QueueChanged"/>.</summary>
    Task<QueueView> Enter(string? date);
}

/// <summary>What an officer's desk hears.</summary>
public interface IDeskClient
{
    /// <summary>Something changed: enter again.</summary>
    Task QueueChanged();
}
