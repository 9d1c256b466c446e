using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Balie.Grains.Platform;

/// <summary>Opens what a program made that is not to be trusted, and that may have left a link or a pipe under the name: Balie may read more than it may.</summary>
internal static class PlainFile
{
    private const int OpenWithoutWaiting = 0x80000 | 0x800; // O_CLOEXEC, O_NONBLOCK: opening a pipe would wait for its other end
    private const int OfOpenFile = 0x1000; // AT_EMPTY_PATH
    private const uint TypeAndOwner = 0x1 | 0x8; // STATX_TYPE, STATX_UID
    private const ushort TypeMask = 0xF000, Regular = 0x8000;

    /// <summary>Opens an ordinary file that belongs to the program's user: what it shows, it could have read itself.</summary>
    /// <param name="owner">The user that the program runs as.</param>
    /// <exception cref="IOException">There is no such file, or it is a pipe or the like, or somebody else's.</exception>
    internal static FileStream OpenRead(string path, uint owner)
    {
        var file = new SafeFileHandle(open(path, OpenWithoutWaiting), ownsHandle: true);
        if (file.IsInvalid) throw new IOException($"Cannot open {path}: error {Marshal.GetLastPInvokeError()}");
        try
        {
            if (statx((int)file.DangerousGetHandle(), "", OfOpenFile, TypeAndOwner, out var facts) != 0) throw new IOException($"Cannot look at {path}: error {Marshal.GetLastPInvokeError()}");
            if ((facts.Mode & TypeMask) != Regular || facts.Owner != owner) throw new IOException($"{path} is no file of user {owner}.");
            return new FileStream(file, FileAccess.Read);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What statx(2) tells, the same on every processor: of it, whose the file is and what it is.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Facts
    {
        [FieldOffset(20)] public uint Owner;
        [FieldOffset(28)] public ushort Mode;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern nint open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Facts facts);
}
