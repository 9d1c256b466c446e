using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>One visit from booking to playback, by a citizen, an officer and a helper, each at a browser of their own.</summary>
public sealed class WholeVisit(Stack stack)
{
    private const string Gerrit = "Gerrit Maes";
    private const string Aisha = "Aisha Benali";
    private const string Hearing = "Hoorzitting over een GAS-boete";

    [Fact(DisplayName = "The whole visit")]
    public async Task The_whole_visit()
    {
        var story = new Story("The whole visit");
        var sight = new Sight("");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, Gerrit, 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        await using var aisha = story.Knows(await Person.OpenAsync(stack, FakeMedia.Helper, Aisha, 1280, 800));
        var visit = new Visit(story, sight, new Visitor(gerrit, sight), new Officer(an, sight), new Visitor(aisha, sight));

        await visit.BookAsync(Hearing, Gerrit, "gerrit@voorbeeld.example", Aisha, "aisha@voorbeeld.example");
        await visit.MeetAsync();
        await visit.ReloadAsync();
        await visit.LetHelperInAsync();
        await visit.ProveIdentityAsync();
        await visit.LookAtDocumentsAsync();
        await visit.RecordAsync();
        await visit.SignAsync();
        await visit.CloseAsync();
        await visit.PlayBackAsync();
        await visit.SeeImpactAsync();

        sight.FoundNothing();
        gerrit.Complaints.Concat(an.Complaints).Concat(aisha.Complaints).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_citizens_side_fits_a_phone()
    {
        var story = new Story("Phone");
        var sight = new Sight("phone-");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, Gerrit, 390, 844, phone: true));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var visit = new Visit(story, sight, new Visitor(gerrit, sight), new Officer(an));

        await visit.BookAsync(Hearing, Gerrit, "telefoon@voorbeeld.example");
        await visit.MeetAsync();
        await visit.ProveIdentityAsync();
        await visit.LookAtDocumentsAsync();
        await visit.RefuseRecordingAsync();
        await visit.SignAsync();
        await visit.CloseAsync();

        sight.FoundNothing();
        gerrit.Complaints.ShouldBeEmpty();
    }
}
