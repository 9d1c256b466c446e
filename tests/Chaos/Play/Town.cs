using Balie.Chaos.Clients;

namespace Balie.Chaos.Play;

/// <summary>What all visits of a run share: where Balie is, the mailbox, and how long a client keeps trying.</summary>
/// <param name="Patience">Of one client for one step.</param>
/// <param name="Seed">Every choice of every visit follows from it and from the visit's number.</param>
public sealed record Town(Uri Address, Mailbox Mail, TimeSpan Patience, int Seed)
{
    public const string Tenant = "zonnedaal";

    public const string Product = "gas-boete";

    /// <summary>Days ahead in which the waiting room of the example municipality is already open.</summary>
    public const int OpenDays = 6;

    public Browser Browser(string who, History history) => new(Address, who, history, Patience);
}
