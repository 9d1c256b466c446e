using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Reads a content stream operator by operator (ISO 32000-2, 7.8.2). Images inside the stream are not read: after one, nothing is known.</summary>
internal static class ContentOperators
{
    const int Most = 1_000_000, MostOperands = 2_000;

    /// <exception cref="PdfRefusedException">It is no content, or far too much.</exception>
    public static IEnumerable<(string Name, IReadOnlyList<PdfObject> Operands)> Read(ReadOnlyMemory<byte> content)
    {
        var parser = new PdfParser(content, new PdfBudget(content.Length), inFile: false);
        var operands = new List<PdfObject>();
        var count = 0;
        for (parser.SkipWhite(); parser.Position < content.Length; parser.SkipWhite())
        {
            if (StartsOperand(content.Span[parser.Position]) || IsWord(parser))
            {
                if (operands.Count >= MostOperands) throw parser.Broken("content", "An operator has too many operands");
                operands.Add(parser.ReadObject());
                continue;
            }
            var name = parser.ReadKeyword();
            if (name.Length == 0 || ++count > Most) throw parser.Broken("content", "The content is broken or endless");
            yield return (name, operands);
            operands = [];
        }
    }

    static bool StartsOperand(byte b) => b is (byte)'/' or (byte)'(' or (byte)'[' or (byte)'<' or (byte)'+' or (byte)'-' or (byte)'.' or >= (byte)'0' and <= (byte)'9';

    static bool IsWord(PdfParser parser)
    {
        var start = parser.Position;
        var word = parser.ReadKeyword();
        parser.Position = start;
        return word is "true" or "false" or "null";
    }

    public static double[]? Numbers(IReadOnlyList<PdfObject> operands) => operands.All(operand => operand is PdfNumber) ? [.. operands.Select(operand => ((PdfNumber)operand).Value)] : null;
}
