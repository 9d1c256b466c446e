using System.Text.Json;

namespace Balie.Sandbox;

/// <summary>An invented municipality; <c>Kbo</c> is an enterprise number with valid check digits that belongs to nobody.</summary>
public sealed record Municipality(string Tenant, string Name, string Kbo);

/// <summary>An application that may ask for a login; <c>Scopes</c> is all it may ask for.</summary>
public sealed record ClientEntry(string Id, string Name, string Secret, string[] Scopes, string Audience);

/// <summary>For whom a person acts: a target group code of ACM/IDM (BUR, EA, LB, OV, ...) and, unless BUR, an organisation.</summary>
public sealed record Capacity(string Code, string? Organisation = null, string? OrganisationName = null);

/// <summary>An invented person who can log in, and the means that person owns.</summary>
public sealed record Person(
    string Id,
    string Audience,
    string GivenName,
    string FamilyName,
    string Rrn,
    string[] Means,
    string About,
    string[]? Roles = null,
    Capacity[]? Capacities = null)
{
    public string FullName => $"{GivenName} {FamilyName}";

    /// <summary>Never empty: without an entry of their own everybody is a citizen.</summary>
    public IReadOnlyList<Capacity> AllCapacities => Capacities is { Length: > 0 } ? Capacities : [new Capacity("BUR")];
}

/// <summary>The content of <c>accounts.json</c>: municipalities, clients and people of the practice world.</summary>
public sealed record AccountBook(Municipality[] Municipalities, ClientEntry[] Clients, Person[] People)
{
    /// <summary>Reads the book beside the program; <c>--secrets:CLIENT VALUE</c> overrides a client's secret.</summary>
    public static AccountBook Load(string path, IConfiguration configuration)
    {
        var book = JsonSerializer.Deserialize<AccountBook>(File.ReadAllBytes(path), JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"{path} is empty.");
        return book with
        {
            Clients = [.. book.Clients.Select(client => client with { Secret = configuration[$"secrets:{client.Id}"] ?? client.Secret })],
        };
    }

    public ClientEntry? Client(string? id) => Array.Find(Clients, client => client.Id == id);

    public Person? Person(string? id) => Array.Find(People, person => person.Id == id);
}

/// <summary>The means of ACM/IDM with the name people see and the level of trust they carry.</summary>
public sealed record Means(string Code, string Name, string Level)
{
    private const string Prefix = "urn:be:vlaanderen:authmech:";

    public static readonly IReadOnlyList<Means> All =
    [
        new("eid", "eID en aangesloten kaartlezer", "hoog"),
        new("itsme", "itsme", "hoog"),
        new("eidashigh", "Europese aanmelding (hoog)", "hoog"),
        new("csamtotp", "Beveiligingscode via mobiele app", "substantieel"),
        new("csamsms", "Beveiligingscode via sms", "substantieel"),
        new("eidassubstantial", "Europese aanmelding (substantieel)", "substantieel"),
        new("csampassword", "Gebruikersnaam en wachtwoord", "laag"),
        new("csamselfreg", "Zelf geregistreerd account", "laag"),
    ];

    /// <summary>The value of <c>acr</c> and of <c>acr_values</c>.</summary>
    public string Urn => Prefix + Code;

    /// <summary>A self-registered account was never checked against the register, so it has no register number.</summary>
    public bool KnowsRegisterNumber => Code != "csamselfreg";

    public static Means? ByCode(string? code) => All.FirstOrDefault(means => means.Code == code);

    /// <summary>The known means among space-separated <c>acr_values</c>; unknown values are voluntary and ignored (OpenID Connect Core 5.5.1.1).</summary>
    public static IReadOnlyList<Means> Asked(string? acrValues) =>
        [.. (acrValues ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(urn => All.Where(means => means.Urn == urn))];
}
