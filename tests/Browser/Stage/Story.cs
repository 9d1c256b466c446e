using System.Diagnostics;
using Microsoft.Playwright;

namespace Balie.Browser.Stage;

/// <summary>The steps of a long test by name: a failure says in which step it was, and leaves a picture of every screen.</summary>
public sealed class Story(string name)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly List<Person> people = [];

    public Person Knows(Person person)
    {
        people.Add(person);
        return person;
    }

    public async Task StepAsync(string what, Func<Task> step)
    {
        var began = watch.Elapsed;
        try
        {
            await step();
        }
        catch (Exception problem)
        {
            Note($"FAILED {what}: {problem.Message}");
            await KeepScreensAsync();
            throw new StoryException($"{name}, step \"{what}\": {problem.Message}", problem);
        }

        Note($"{what} ({(watch.Elapsed - began).TotalSeconds:0.0} s)");
    }

    /// <summary>Writes a line between the steps.</summary>
    public void Note(string text)
    {
        var line = $"{watch.Elapsed:mm\\:ss} {text}";
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        File.AppendAllText(Path.Combine(Stack.Output, "browser-steps.log"), $"{name}: {line}{Environment.NewLine}");
    }

    private async Task KeepScreensAsync()
    {
        foreach (var person in people)
        foreach (var (page, i) in person.Context.Pages.Select((page, i) => (page, i)))
        {
            try
            {
                var path = Path.Combine(Stack.Output, "screens", $"failed-{name}-{person.Name}-{i}.png".Replace(' ', '-'));
                await page.ScreenshotAsync(new() { Path = path, Timeout = 10_000 });
                Note($"  {person.Name} {page.Url}");
            }
            catch (PlaywrightException problem)
            {
                Note($"  no picture of {person.Name}: {problem.Message}");
            }
        }
    }
}

public sealed class StoryException(string message, Exception inner) : Exception(message, inner);
