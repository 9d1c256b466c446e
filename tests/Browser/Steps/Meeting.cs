using Balie.Browser.Stage;

namespace Balie.Browser.Steps;

/// <summary>A citizen and an officer who have found each other.</summary>
internal static class Meeting
{
    /// <summary>Books, arrives, lets in, and waits until both see and hear each other.</summary>
    public static async Task<(Visitor Citizen, Officer Officer)> MeetAsync(Story story, Person citizen, Person an, string email, string product)
    {
        var (visitor, officer) = (new Visitor(citizen), new Officer(an));
        await story.StepAsync("meet", async () =>
        {
            var mail = await new Booking(citizen).BookAsync(product, citizen.Name, email);
            await visitor.ArriveAsync(mail.VisitLink);
            await officer.LogInAsync();
            await officer.OpenVisitAsync(citizen.Name, mail.Start);
            await officer.StartCallAsync();
            await officer.AdmitAsync(citizen.Name);
            await visitor.IsInCallAsync();
            await Task.WhenAll(citizen.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(citizen.Name));
        });
        return (visitor, officer);
    }
}
