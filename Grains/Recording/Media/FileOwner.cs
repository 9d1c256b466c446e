using System.Runtime.InteropServices;

namespace Balie.Grains.Recording.Media;

/// <summary>Hands files to another user of this machine; needs root.</summary>
internal static class FileOwner
{
    internal static void Give(string path, uint user)
    {
        if (chown(path, user, user) != 0) throw new IOException($"Cannot give {path} to user {user}: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)]
    static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
