using Balie.Grains.Identity;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using CsCheck;

namespace Balie.Unit.Tests.Identity;

public sealed class IdentityFacts
{
    private const string Gerrit = "85073003328";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("85073003328", true)]
    [InlineData("04081512381", true)]
    [InlineData("85473003317", true)]
    [InlineData("85273003371", true)]
    [InlineData("85073003329", false)]
    [InlineData("8507300332", false)]
    [InlineData("8507300332a", false)]
    [InlineData("85673003317", false)]
    [InlineData("", false)]
    public void A_register_or_bis_number_has_right_check_digits_and_a_possible_date(string number, bool valid) =>
        NationalRegisterNumber.IsValid(number).ShouldBe(valid);

    [Fact]
    public void Changing_one_digit_of_a_register_number_is_always_noticed()
    {
        Gen.Select(Gen.Int[0, 10], Gen.Int[1, 9]).Sample(change =>
        {
            var (place, by) = change;
            var digits = Gerrit.ToCharArray();
            digits[place] = (char)('0' + ((digits[place] - '0' + by) % 10));
            return !NationalRegisterNumber.IsValid(new string(digits));
        });
    }

    [Theory]
    [InlineData("Gerrit Maes", "Gerrit", "Maes", true)]
    [InlineData("maes gerrit", "Gerrit Jan", "Maes", true)]
    [InlineData("José Peña", "Jose", "Pena", true)]
    [InlineData("An Van den Berghe", "An", "Van den Berghe", true)]
    [InlineData("Gerrit Maas", "Gerrit", "Maes", false)]
    [InlineData("Maes", "Gerrit", "Maes", false)]
    [InlineData("Gerrit", "Gerrit", "Maes", false)]
    [InlineData("An Berghe", "An", "Van den Berghe", false)]
    public void Names_agree_when_accents_case_order_and_further_given_names_are_the_only_differences(string booked, string given, string family, bool agrees) =>
        PersonName.Agrees(booked, given, family).ShouldBe(agrees);

    [Fact]
    public void A_login_is_bound_to_participant_and_session_and_works_once()
    {
        var state = After(IdentityChecks.Empty, Asks("gerrit"), Starts("gerrit", "phone", "x"));

        Takes("gerrit", "tablet", "x")(state).Error!.Code.ShouldBe("identity.wrong-login");
        Takes("aisha", "phone", "x")(state).Error!.Code.ShouldBe("identity.wrong-login");
        Takes("gerrit", "phone", "y")(state).Error!.Code.ShouldBe("identity.wrong-login");

        state = After(state, Takes("gerrit", "phone", "x"));
        Takes("gerrit", "phone", "x")(state).Error!.Code.ShouldBe("identity.wrong-login");
    }

    [Fact]
    public void A_login_that_came_back_too_late_is_refused()
    {
        var state = After(IdentityChecks.Empty, Asks("gerrit"), Starts("gerrit", "phone", "x"));

        IdentityDecisions.TakeLogin(state, "gerrit", "phone", "x", Now + IdentityDecisions.LoginLifetime + TimeSpan.FromSeconds(1))
            .Error!.Code.ShouldBe("identity.wrong-login");
    }

    [Fact]
    public void Nobody_can_prove_an_identity_without_a_login_that_came_back()
    {
        var state = After(IdentityChecks.Empty, Asks("gerrit"), Starts("gerrit", "phone", "x"));

        Proves("gerrit", "phone", "x", Gerrit)(state).Error!.Code.ShouldBe("identity.wrong-login");
        Proves("gerrit", "phone", "x", Gerrit)(After(state, Takes("gerrit", "phone", "x"))).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(Gerrit, "urn:be:vlaanderen:authmech:csampassword", "level")]
    [InlineData("85073003329", "urn:be:vlaanderen:authmech:eid", "number")]
    public void A_low_level_or_a_wrong_number_fails_the_login_with_the_reason(string number, string acr, string reason)
    {
        var state = LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x");

        Proves("gerrit", "phone", "x", number, acr)(state).Events.ShouldHaveSingleItem().ShouldBe(new IdentityLoginFailed("gerrit", reason));
    }

    [Fact]
    public void An_identity_that_somebody_else_in_the_call_already_proved_is_refused()
    {
        var state = After(LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x"), Proves("gerrit", "phone", "x", Gerrit));
        state = LoggedIn(state, "aisha", "laptop", "y");

        Proves("aisha", "laptop", "y", Gerrit)(state).Events.ShouldHaveSingleItem().ShouldBe(new IdentityLoginFailed("aisha", "same-person"));
    }

    [Fact]
    public void Another_name_than_booked_needs_a_reason_from_the_officer()
    {
        var state = After(LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x"), Proves("gerrit", "phone", "x", Gerrit, booked: "Iemand Anders"));
        state.Of["gerrit"].View().NameDiffers.ShouldBeTrue();

        Confirms("gerrit", "")(state).Error!.Field.ShouldBe("reason");
        After(state, Confirms("gerrit", "Getrouwde naam, gecontroleerd")).Of["gerrit"].Status.ShouldBe(IdentityStatus.Confirmed);
    }

    [Fact]
    public void Confirming_needs_the_whole_check_list_and_rejecting_a_reason()
    {
        var state = After(LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x"), Proves("gerrit", "phone", "x", Gerrit));

        Decides("gerrit", true, ["face-matches"], "")(state).Error!.Code.ShouldBe("identity.checks-incomplete");
        Decides("gerrit", false, [], " ")(state).Error!.Code.ShouldBe("identity.reason-needed");
        After(state, Decides("gerrit", false, [], "Gezicht komt niet overeen")).Of["gerrit"].Status.ShouldBe(IdentityStatus.Rejected);
    }

    [Fact]
    public void Another_browser_in_the_seat_voids_what_the_former_one_proved()
    {
        var state = After(LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x"), Proves("gerrit", "phone", "x", Gerrit));

        IdentityDecisions.SeatChanged(state, "gerrit", "phone").Events.ShouldBeEmpty();
        state = After(state, s => IdentityDecisions.SeatChanged(s, "gerrit", "tablet"));

        state.Of["gerrit"].Proven.ShouldBeNull();
        state.Of["gerrit"].LastFailure.ShouldBe("other-browser");
    }

    [Fact]
    public void The_view_never_holds_the_number_in_full_and_others_see_only_the_status()
    {
        var view = After(LoggedIn(IdentityChecks.Empty, "gerrit", "phone", "x"), Proves("gerrit", "phone", "x", Gerrit)).View(1);

        view.Checks.Single().MaskedNumber!.ShouldNotContain(Gerrit[..9]);
        view.For(new Viewer(false, "aisha")).Checks.Single().ProvenName.ShouldBeNull();
        view.For(new Viewer(false, "gerrit")).Checks.Single().ProvenName.ShouldBe("Gerrit Maes");
    }

    private static IdentityChecks LoggedIn(IdentityChecks state, string who, string session, string login) =>
        After(state, Asks(who), Starts(who, session, login), Takes(who, session, login));

    private static Func<IdentityChecks, Decision> Asks(string who) => s => IdentityDecisions.Request(s, who, "an", inCall: true);

    private static Func<IdentityChecks, Decision> Starts(string who, string session, string hash) => s => IdentityDecisions.StartLogin(
        s, new StartLogin { CommandId = Guid.NewGuid(), Means = "eid" }, who, session, true, new LoginSecrets("", hash, "n", "v"), Now);

    private static Func<IdentityChecks, Decision> Takes(string who, string session, string hash) => s => IdentityDecisions.TakeLogin(s, who, session, hash, Now);

    private static Func<IdentityChecks, Decision> Proves(
        string who, string session, string hash, string number, string acr = "urn:be:vlaanderen:authmech:eid", string booked = "Gerrit Maes") =>
        s => IdentityDecisions.Prove(s, new ProveIdentity
        {
            CommandId = Guid.NewGuid(),
            State = "",
            Subject = "sub",
            GivenName = "Gerrit",
            FamilyName = "Maes",
            RegisterNumber = number,
            Acr = acr,
            AuthenticatedAt = Now,
        }, who, session, hash, booked, ["urn:be:vlaanderen:authmech:eid", "urn:be:vlaanderen:authmech:itsme"]);

    private static Func<IdentityChecks, Decision> Confirms(string who, string reason) =>
        Decides(who, true, [.. IdentityDecisions.RequiredChecks, IdentityDecisions.NameMatches], reason);

    private static Func<IdentityChecks, Decision> Decides(string who, bool yes, string[] checks, string reason) => s => IdentityDecisions.Decide(
        s, new DecideIdentity { CommandId = Guid.NewGuid(), Participant = who, Confirmed = yes, Checks = [.. checks], Reason = reason }, "an");

    private static IdentityChecks After(IdentityChecks state, params Func<IdentityChecks, Decision>[] steps) =>
        steps.Aggregate(state, (now, step) => step(now).Events.Aggregate(now, (s, e) => s.Apply(e, Now)));
}
