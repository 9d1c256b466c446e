using Microsoft.Playwright;

namespace Balie.Browser.Stage;

/// <summary>Where people go with their browsers, and what they bring: one Balie that runs, however many processes it is.</summary>
public interface IScene
{
    /// <summary>Of the pages, without a slash at its end.</summary>
    string Address { get; }

    IPlaywright Playwright { get; }

    FakeMedia Media { get; }

    Mailbox Mail { get; }
}
