using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Balie.Grains.Platform;

/// <summary>Hands files to another user of this machine; needs root. Never through a link: whoever owns the folder could have put one there to get a file of others.</summary>
internal static class FileOwner
{
    /// <exception cref="IOException">It could not be done.</exception>
    internal static void Give(string path, uint user) => Check(lchown(path, user, user), path, user);

    /// <summary>The file that was opened, whatever its name means by now.</summary>
    /// <exception cref="IOException">It could not be done.</exception>
    internal static void Give(SafeFileHandle file, uint user) => Check(fchown((int)file.DangerousGetHandle(), user, user), "a file", user);

    private static void Check(int result, string what, uint user)
    {
        if (result != 0) throw new IOException($"Cannot give {what} to user {user}: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int fchown(int file, uint user, uint group);
}
