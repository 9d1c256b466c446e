using System.Globalization;
using System.Text.RegularExpressions;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>What other verifiers count in a folder of signed files.</summary>
internal static class Peers
{
    static readonly string Folder = Path.Combine(Repository(), "tests", "Peers");

    /// <summary>Signatures that hold: PDFBox finds them and their bytes, the JDK verifies.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> PdfBox(Shown shown) =>
        Counts(await Tool.Succeed("java", "-XX:TieredStopAtLevel=1", "--add-exports", "java.base/sun.security.pkcs=ALL-UNNAMED",
            "-cp", "/usr/share/java/pdfbox2.jar:/usr/share/java/fontbox2.jar:/usr/share/java/commons-logging.jar", Path.Combine(Folder, "Verify.java"), shown.Folder));

    /// <summary>Signed fields, time stamps included.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> LibPdf(Shown shown)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules"))) await Tool.Succeed("npm", "--prefix", Folder, "ci", "--no-audit", "--no-fund");
        return Counts(await Tool.Succeed("node", Path.Combine(Folder, "fields.mjs"), shown.Folder));
    }

    public static Task<IReadOnlyDictionary<string, int>> OpenSslCms(Shown shown) => Count(shown.Signatures, (contents, content) =>
        Tool.Run("openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", contents, "-content", content, "-out", "/dev/null"));

    public static Task<IReadOnlyDictionary<string, int>> OpenSslTs(Shown shown)
    {
        var at = TestAuthority.Now.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Count(shown.TimeStamps, (token, content) => Tool.Run("openssl", "ts", "-verify", "-token_in", "-in", token, "-data", content, "-CAfile", shown.Anchor, "-attime", at));
    }

    static async Task<IReadOnlyDictionary<string, int>> Count(IReadOnlyDictionary<string, List<(string, string)>> parts, Func<string, string, Task<(int Code, string Output)>> verify)
    {
        var found = new Dictionary<string, int>();
        foreach (var (name, list) in parts)
        {
            found[name] = 0;
            foreach (var (value, content) in list)
                if ((await verify(value, content)).Code == 0) found[name]++;
        }
        return found;
    }

    static IReadOnlyDictionary<string, int> Counts(string lines) =>
        Regex.Matches(lines, @"^(\S+) (-?\d+)$", RegexOptions.Multiline).ToDictionary(line => line.Groups[1].Value, line => int.Parse(line.Groups[2].Value));

    static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Balie.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from a checkout.");
        return folder;
    }
}
