using System.Diagnostics;
using System.Text.Json.Nodes;
using Balie.Chaos.Clients;

namespace Balie.Chaos.Play;

/// <summary>
/// One visit from booking to rating, as a citizen, an officer and sometimes a helper play it. Which moment, which officer, how many documents and so on
/// follow from the seed; when they happen does not.
/// </summary>
public sealed partial class VisitPlay : IAsyncDisposable
{
    private const string CitizenName = "Gerrit Maes";
    private readonly Town _town;
    private readonly Random _random;
    private readonly Citizen _citizen;
    private readonly Officer _officer;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Citizen? _helper;

    public VisitPlay(Town town, int number)
    {
        (_town, Number, _random) = (town, number, new Random(HashCode.Of(town.Seed, number)));
        Email = $"burger{number}@voorbeeld.example";
        _citizen = new Citizen(town.Browser($"burger{number}", History), Town.Tenant);
        var (person, name) = _random.Next(2) == 0 ? ("an", "An Peeters") : ("bram", "Bram De Smet");
        _officer = new Officer(town.Browser($"{person}{number}", History), Town.Tenant, person, name);
    }

    public int Number { get; }

    public History History { get; } = new();

    public string Email { get; }

    public string? HelperEmail { get; private set; }

    /// <summary>Empty until it was booked.</summary>
    public string Visit { get; private set; } = "";

    /// <summary>The step that is being played, or was when it failed.</summary>
    public string Step { get; private set; } = "";

    public Exception? Failure { get; private set; }

    public bool Finished { get; private set; }

    /// <summary>The browsers with a live view, and who looks.</summary>
    public IReadOnlyList<(string Who, Browser Browser, LiveView Live)> Views { get; private set; } = [];

    /// <summary>Plays to the end; what goes wrong is kept, so that the other visits go on.</summary>
    public async Task RunAsync()
    {
        try
        {
            await StepAsync("book", BookAsync);
            await StepAsync("arrive", ArriveAsync);
            await StepAsync("admit", AdmitAsync);
            if (HelperEmail is not null) await StepAsync("helper", LetHelperInAsync);
            await StepAsync("identity", ProveIdentityAsync);
            await StepAsync("documents", LookAtDocumentsAsync);
            await StepAsync("consent", ConsentAsync);
            await StepAsync("nonsense", TalkNonsenseAsync);
            await StepAsync("report", WriteReportAsync);
            await StepAsync("sign", SignAsync);
            await StepAsync("close", CloseAsync);
            await StepAsync("each room still answers", ProveAliveAsync);
            Finished = true;
        }
        catch (Exception problem)
        {
            Failure = problem;
        }
    }

    /// <summary>One of the browsers is killed; it comes back by itself.</summary>
    public bool BreakOff(int which) => Views.Count > 0 && Views[which % Views.Count].Live.BreakOff();

    public async ValueTask DisposeAsync()
    {
        await _citizen.DisposeAsync();
        await _officer.DisposeAsync();
        if (_helper is not null) await _helper.DisposeAsync();
    }

    public override string ToString() =>
        $"visit {Number} {(Visit.Length > 0 ? Visit : "(not booked)")}: {(Finished ? "closed" : $"at {Step}")} after {_watch.Elapsed.TotalSeconds:0} s{(Failure is null ? "" : $": {Failure.Message}")}";

    private async Task StepAsync(string name, Func<Task> step)
    {
        Step = name;
        await ThinkAsync();
        await step();
    }

    /// <summary>People take a moment between two things they do.</summary>
    private Task ThinkAsync() => Task.Delay(_random.Next(0, 900));

    /// <summary>Holds a moment that another browser wants too, and books it.</summary>
    private async Task BookAsync()
    {
        string? hold = null;
        for (var attempt = 0; hold is null; attempt++)
        {
            var moments = await _citizen.FindAsync(Town.Product, Town.OpenDays);
            if (moments.Count == 0) throw new NothingFreeException();
            if (attempt == 50) throw new StuckException("others were quicker fifty times");
            hold = await HoldAsync(moments[_random.Next(moments.Count)]);
        }

        var withHelper = _random.Next(3) == 0;
        if (withHelper) HelperEmail = $"helper{Number}@voorbeeld.example";
        Visit = await _citizen.ConfirmAsync(hold, CitizenName, Email, HelperEmail, twice: true);
    }

    /// <summary>Two browsers click on the same moment; what the rival got is let go of.</summary>
    private async Task<string?> HoldAsync(Moment moment)
    {
        if (_random.Next(2) == 0) return await _citizen.HoldAsync(moment, twice: true);
        await using var rival = new Citizen(_town.Browser($"rivaal{Number}", History), Town.Tenant);
        var both = await Task.WhenAll(_citizen.HoldAsync(moment), rival.HoldAsync(moment));
        if (both[0] is not null && both[0] == both[1]) History.Fault($"{moment} was held for two people as {both[0]}");
        if (both[1] is { } other) await rival.ReleaseAsync(other);
        return both[0];
    }

    private async Task ArriveAsync()
    {
        var mail = await _town.Mail.WaitAsync(Email, _town.Patience);
        await _citizen.FollowAsync(mail.VisitLink ?? throw new StuckException($"the mail \"{mail.Subject}\" has no link"));
        Views = [("citizen", _citizen.Browser, _citizen.Live)];
        await _citizen.ArriveAsync();
        await _citizen.Live.WaitAsync("the own seat", s => Status(s, _citizen.Id) == "waiting");
    }

    private async Task AdmitAsync()
    {
        await _officer.LogInAsync();
        _officer.Open(Visit);
        Views = [.. Views, ("officer", _officer.Browser, _officer.Live)];
        await _officer.ArriveAsync();
        await AdmitAsync(_citizen);
        await Task.WhenAll(_citizen.SetPresenceAsync(camera: false), _officer.Live.WaitAsync("the call", s => s["call"]!["status"]!.GetValue<string>() == "running"));
        await _officer.Live.WaitAsync("a citizen without camera", s => LiveView.Seat(s, _citizen.Id)?["camera"]?.GetValue<bool>() == false);
        await _citizen.SetPresenceAsync(camera: true);
    }

    private async Task AdmitAsync(Citizen who)
    {
        var seen = await _officer.Live.WaitAsync("somebody who waits", s => Status(s, who.Id) == "waiting");
        await _officer.AdmitAsync(who.Id, LiveView.Seat(seen, who.Id)!["session"]!.GetValue<string>());
        await who.Live.WaitAsync("being let in", s => Status(s, who.Id) == "admitted");
    }

    private async Task LetHelperInAsync()
    {
        var mail = await _town.Mail.WaitAsync(HelperEmail!, _town.Patience);
        _helper = new Citizen(_town.Browser($"helper{Number}", History), Town.Tenant);
        await _helper.FollowAsync(mail.VisitLink!);
        Views = [.. Views, ("helper", _helper.Browser, _helper.Live)];
        await _helper.ArriveAsync();
        await AdmitAsync(_helper);
        await _citizen.Live.WaitAsync("the helper in the call", s => Status(s, _helper.Id) == "admitted");
    }

    private static string? Status(JsonObject snapshot, string participant) => LiveView.Seat(snapshot, participant)?["status"]?.GetValue<string>();

    /// <summary>The framework's own hash differs from run to run.</summary>
    private static class HashCode
    {
        public static int Of(int seed, int number) => unchecked((seed * 486_187_739) + (number * 16_777_619));
    }
}

/// <summary>Every moment that a visit could be played at is booked.</summary>
public sealed class NothingFreeException() : Exception("no moment is free");
