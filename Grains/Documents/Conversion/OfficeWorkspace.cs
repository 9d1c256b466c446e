using System.Text.Json;

namespace Balie.Grains.Documents.Conversion;

/// <summary>
/// The folder of one life of the resident: a fresh profile (a broken profile dies with its process), the document that is kept open and
/// the jobs. The record beside it lets a later Balie find a process that an earlier one left behind.
/// </summary>
internal sealed class OfficeWorkspace
{
    private const string Settings = """
        <?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
        <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
        <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
        <item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
        </oor:items>
        """;

    private const string Blank = """
        <?xml version="1.0" encoding="UTF-8"?>
        <office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p/></office:text></office:body></office:document>
        """;

    private OfficeWorkspace(string root) => Root = root;

    public string Root { get; }

    public string ProfileAddress => $"file://{Root}/profile";

    public string KeepOpen => Path.Combine(Root, "open.fodt");

    /// <summary>LibreOffice's lock on that document: there once it is open.</summary>
    public string OpenLock => Path.Combine(Root, ".~lock.open.fodt#");

    public static OfficeWorkspace Create(OfficeOptions options, OfficeLaunch launch)
    {
        var folder = Directory.CreateDirectory(options.Folder).FullName;
        // The profile's address names the socket too, so only paths that need no escaping there.
        var plain = folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-');
        var root = plain && OfficeLaunch.Reachable(folder)
            ? Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("n"))).FullName
            : Directory.CreateTempSubdirectory("balie-office-").FullName;
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var space = new OfficeWorkspace(root);
        var profile = Directory.CreateDirectory(Path.Combine(root, "profile")).FullName;
        var user = Directory.CreateDirectory(Path.Combine(profile, "user")).FullName;
        var settings = Path.Combine(user, "registrymodifications.xcu");
        File.WriteAllText(settings, Settings);
        File.WriteAllText(space.KeepOpen, Blank);
        foreach (var path in new[] { settings, user, profile, space.KeepOpen, root }) launch.HandOver(path);
        return space;
    }

    public void Remove()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    /// <summary>Written before anything else happens with a new process, so a crash at any later moment leaves a trace to follow.</summary>
    public void Record(OfficeOptions options, int pid, string socket)
    {
        var run = new Run(pid, OfficePosix.StartTime(pid), Root, socket);
        File.WriteAllText(RecordFile(options), JsonSerializer.Serialize(run));
    }

    public static void Forget(OfficeOptions options) => File.Delete(RecordFile(options));

    /// <summary>Ends what an earlier Balie left running and removes its folder. Only processes of that session that work on that folder are ended.</summary>
    public static void EndLeftover(OfficeOptions options)
    {
        if (!File.Exists(RecordFile(options))) return;
        Run? run;
        try { run = JsonSerializer.Deserialize<Run>(File.ReadAllText(RecordFile(options))); }
        catch (JsonException) { run = null; } // cut off while it was written: then the process had not been used yet
        if (run is not null) End(run);
        Forget(options);
    }

    private static void End(Run run)
    {
        var same = run.Started is not null && OfficePosix.StartTime(run.Pid) == run.Started;
        if (same || OfficePosix.Session(run.Pid).Any(pid => OfficePosix.Mentions(pid, run.Root))) OfficePosix.KillGroup(run.Pid);
        File.Delete(run.Socket);
        new OfficeWorkspace(run.Root).Remove();
    }

    private static string RecordFile(OfficeOptions options) => Path.Combine(options.Folder, "office.run");

    private sealed record Run(int Pid, long? Started, string Root, string Socket);
}
