using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Balie.Browser.Stage;

/// <summary>Looks at pages on the way: a picture of each state is kept, and axe says what is hard to use. What it found fails the test at the end.</summary>
public sealed class Sight(string prefix)
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Stack.Output, "screens")).FullName;

    private readonly List<string> findings = [];
    private int number;

    public async Task LookAsync(IPage page, string name)
    {
        var file = $"{prefix}{++number:00}-{name}";
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{file}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        var result = await page.RunAxe();
        var found = result.Violations.Select(violation =>
            $"{file}: {violation.Id} ({violation.Impact}) {violation.Help}\n{string.Join('\n', violation.Nodes.Take(4).Select(Describe))}").ToList();
        findings.AddRange(found);
        await File.AppendAllLinesAsync(Path.Combine(Stack.Output, "axe.log"), found);
    }

    private static string Describe(AxeResultNode node) =>
        $"    {node.Target}  {node.Html}\n      {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}";

    public void FoundNothing() => findings.ShouldBeEmpty($"axe found:\n{string.Join('\n', findings)}");
}
