using System.Globalization;

namespace Governance.Auditor;

/// <summary>One line on a terminal that says how far a long check is. Writes nothing where nobody looks on.</summary>
internal sealed class ProgressBar(TextWriter error) : IProgress<long>
{
    private const long Step = 20_000;
    private readonly bool live = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
    private long shown = -Step;

    /// <summary>How many there will be in all, or zero where that is not known.</summary>
    public long Of { get; init; }

    public void Report(long value)
    {
        if (!live || value - shown < Step)
            return;
        shown = value;
        var share = Of > 0 ? Math.Min(1, (double)value / Of) : 0;
        var bar = Of > 0 ? $"[{new string('#', (int)(share * 30)),-30}] " : "";
        error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{bar}{value:N0} entries checked "));
    }

    /// <summary>Takes the line away again.</summary>
    public void End()
    {
        if (live && shown >= 0)
            error.Write("\r" + new string(' ', 70) + "\r");
    }
}
