using CsCheck;

namespace Governance.Ledger.Tests;

/// <summary>
/// Damage of every kind. CsCheck prints the seed of a failure. The environment variable GOVERNANCE_FUZZ makes runs longer: it is
/// a number by which the iterations are multiplied.
/// </summary>
internal static class Fuzz
{
    public static int Iterations(int few) => int.TryParse(Environment.GetEnvironmentVariable("GOVERNANCE_FUZZ"), System.Globalization.CultureInfo.InvariantCulture, out var times) ? few * Math.Clamp(times, 1, 10_000) : few;

    /// <summary>Changed, cut, repeated, moved and inserted bytes, one to three times over.</summary>
    public static Gen<Func<byte[], byte[]>> Mutations { get; } =
        Gen.Select(Gen.Int[0, 6], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte, Of("{", "}", "[", "\"", "\\", ",", ":", "\n", "\0", "null", "1e9", "-0", "\u2014", "=", "\"v\":1"))
            .Array[1, 3].Select(static steps => new Func<byte[], byte[]>(bytes => steps.Aggregate(bytes, (b, s) => Once(b, s.Item1, s.Item2, s.Item3, s.Item4, s.Item5))));

    public static Gen<T> Of<T>(params T[] some) => Gen.Int[0, some.Length - 1].Select(i => some[i]);

    private static byte[] Once(byte[] bytes, int how, double first, double second, byte with, string word)
    {
        if (bytes.Length == 0)
            return [with];
        var a = (int)(first * (bytes.Length - 1));
        var b = (int)(second * (bytes.Length - 1));
        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        var insert = System.Text.Encoding.UTF8.GetBytes(word);
        switch (how)
        {
            case 0:
                var changed = bytes.ToArray();
                changed[a] = with;
                return changed;
            case 1:
                var flipped = bytes.ToArray();
                flipped[a] ^= (byte)(1 << (with % 8));
                return flipped;
            case 2:
                return bytes[..a];
            case 3:
                return [.. bytes[..low], .. bytes[high..]];
            case 4:
                return [.. bytes[..a], .. insert, .. bytes[a..]];
            case 5:
                // A piece of the same bytes, put in somewhere else: what is spliced is well-formed in itself more often than not.
                return [.. bytes[..a], .. bytes[low..Math.Min(high, low + 64)], .. bytes[a..]];
            default:
                var swapped = bytes.ToArray();
                (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
                return swapped;
        }
    }
}
