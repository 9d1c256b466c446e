using System.Text;

namespace Balie.Browser.Stage;

/// <summary>Draws an invented person before a plain wall, as a PPM picture of 320 by 180.</summary>
public static class Portrait
{
    private const int Width = 320, Height = 180;
    private const uint Skin = 0xd9a47e, Ink = 0x2b1d14;

    public static byte[] Of(uint wall, uint cloth, uint hair)
    {
        var head = Encoding.ASCII.GetBytes($"P6 {Width} {Height} 255\n");
        var picture = new byte[head.Length + Width * Height * 3];
        head.CopyTo(picture, 0);
        for (var i = 0; i < Width * Height; i++)
        {
            var colour = At(i % Width - 160, i / Width, wall, cloth, hair);
            (picture[head.Length + i * 3], picture[head.Length + i * 3 + 1], picture[head.Length + i * 3 + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
        }

        return picture;
    }

    private static uint At(int x, int y, uint wall, uint cloth, uint hair)
    {
        if (In(Math.Abs(x) - 13, y - 82, 3, 4) || (In(x, y - 106, 13, 6) && y > 106)) return Ink;
        if (In(x, y - 88, 33, 42) && y > 64) return Skin;
        if (In(x, y - 78, 39, 44) && y < 100) return hair;
        if (Math.Abs(x) < 13 && y is > 120 and < 144) return Skin;
        return In(x, y - 190, 84, 58) ? cloth : wall;
    }

    private static bool In(int x, int y, double wide, double high) => x / wide * (x / wide) + y / high * (y / high) <= 1;
}
