namespace Balie.Grains.Calls.Media;

/// <summary>Who may no longer hear and see: what fails half-way stays known here, and the same may be asked again until it is done.</summary>
public sealed partial class MediaRoom
{
    /// <summary>Ends both connections of the participant and forgets them. They cannot come back by themselves.</summary>
    public Task LeaveAsync(string participantId, CancellationToken ct = default) => GatedAsync(async token =>
    {
        if (seats.TryGetValue(participantId, out var seat)) await LetGoAsync(seat, token);
    }, ct);

    /// <summary>
    /// Ends what anybody else has on the node, as this room knows it and as the node does: also what an earlier Balie began and could not write down,
    /// or had to end and could not.
    /// </summary>
    /// <param name="mayStay">Participant and label of who may go on.</param>
    public Task KeepOnlyAsync(Func<string, string, bool> mayStay, CancellationToken ct = default) => GatedAsync(async token =>
    {
        foreach (var seat in seats.Values.Where(s => s.Leaves || !mayStay(s.Id, s.Label)).ToList()) await LetGoAsync(seat, token);
        // Whoever the node has and this room has not must begin anew, also when they may stay: nobody knows their connection any more.
        foreach (var stranger in (await PresentAsync(token)).Keys.Where(id => !seats.ContainsKey(id))) await KickAsync(stranger, token);
    }, ct);

    async Task LetGoAsync(MediaSeat seat, CancellationToken ct)
    {
        // One message and Janus takes and gives them no media any more, by whichever handles; the rest is tidying up, and others hear of it then.
        await KickAsync(seat.Id, ct);
        await ReleaseAsync(seat, ct);
        seats.Remove(seat.Id);
    }

    async Task KickAsync(string participantId, CancellationToken ct)
    {
        try
        {
            await ControlAsync("kick", ct, ("id", participantId));
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchFeed)
        {
            // Gone already, which is what was asked for.
        }
    }
}
