using System.IO.Compression;

namespace Balie.Pdf;

/// <summary>
/// Decodes cross-reference and object streams: Flate with PNG predictors (ISO 32000-2, 7.4.4), inside a budget
/// shared by the whole file, so that a small file cannot become a large one.
/// </summary>
internal sealed class StreamDecoder(PdfBudget budget)
{
    public ReadOnlyMemory<byte> Decode(PdfStream stream)
    {
        var dictionary = stream.Dictionary;
        if (dictionary["F"] is not null) throw new PdfRefusedException("external-stream", "A stream keeps its bytes in another file.");
        var filter = Single(dictionary["Filter"]);
        if (filter is null) return stream.Raw;
        if (filter is not PdfName { Value: "FlateDecode" })
            throw new PdfRefusedException("filter", "A cross-reference or object stream uses a filter other than Flate.");
        var inflated = Inflate(stream.Raw);
        return Single(dictionary["DecodeParms"]) is PdfDictionary parameters ? Unpredict(inflated, parameters) : inflated;
    }

    static PdfObject? Single(PdfObject? value) => value switch
    {
        null or PdfNull => null,
        PdfArray { Items.Count: 0 } => null,
        PdfArray { Items: [var only] } => only is PdfNull ? null : only,
        PdfArray => throw new PdfRefusedException("filter", "A cross-reference or object stream uses several filters."),
        _ => value
    };

    byte[] Inflate(ReadOnlyMemory<byte> raw)
    {
        using var source = new MemoryStream(raw.ToArray(), writable: false);
        using var zlib = new ZLibStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var chunk = new byte[16 * 1024];
        try
        {
            for (int read; (read = zlib.Read(chunk)) > 0; target.Write(chunk, 0, read)) budget.Inflate(read);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // the latter for data that asks for a preset dictionary
        {
            throw new PdfRefusedException("flate", "Compressed data in the file is damaged.", e);
        }
        return target.ToArray();
    }

    static byte[] Unpredict(byte[] data, PdfDictionary parameters)
    {
        var predictor = Whole(parameters, "Predictor", 1);
        if (predictor == 1) return data;
        if (predictor is < 10 or > 15 || Whole(parameters, "Colors", 1) != 1 || Whole(parameters, "BitsPerComponent", 8) != 8)
            throw new PdfRefusedException("predictor", "A cross-reference or object stream uses an unusual predictor.");
        var columns = Whole(parameters, "Columns", 1);
        if (columns is < 1 or > 1 << 20 || data.Length % (columns + 1) != 0)
            throw new PdfRefusedException("predictor", "Predicted data does not fill its rows.");
        return UnpredictRows(data, (int)columns);
    }

    static byte[] UnpredictRows(byte[] data, int columns)
    {
        var rows = data.Length / (columns + 1);
        var result = new byte[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            var type = data[row * (columns + 1)];
            if (type > 4) throw new PdfRefusedException("predictor", "Predicted data names an unknown row type.");
            var source = data.AsSpan(row * (columns + 1) + 1, columns);
            for (var i = 0; i < columns; i++)
            {
                var to = row * columns + i;
                int left = i > 0 ? result[to - 1] : 0, up = row > 0 ? result[to - columns] : 0;
                var upLeft = i > 0 && row > 0 ? result[to - columns - 1] : 0;
                result[to] = (byte)(source[i] + Prediction(type, left, up, upLeft));
            }
        }
        return result;
    }

    static int Prediction(byte type, int left, int up, int upLeft) => type switch
    {
        1 => left,
        2 => up,
        3 => (left + up) / 2,
        4 => Paeth(left, up, upLeft),
        _ => 0
    };

    static int Paeth(int left, int up, int upLeft)
    {
        int p = left + up - upLeft, a = Math.Abs(p - left), b = Math.Abs(p - up), c = Math.Abs(p - upLeft);
        return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }

    static long Whole(PdfDictionary dictionary, string key, long otherwise) =>
        dictionary[key] is PdfNumber number && number.TryGetInteger(out var value) ? value : otherwise;
}
