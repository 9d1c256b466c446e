namespace Balie.Grains.Tenancy;

/// <summary>What a start needs to know about the municipalities.</summary>
public sealed record TenancyOptions
{
    /// <summary>Whether the example municipalities are set up when they do not exist (<c>Balie:Examples</c>; in Development yes).</summary>
    public bool Examples { get; init; }

    /// <summary>Where their files are (<c>Balie:ExamplesFolder</c>); by default <c>examples</c> beside the program.</summary>
    public string ExamplesFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "examples");
}
