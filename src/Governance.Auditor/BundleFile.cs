using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary>Reads a bundle and a trusted key from files: what every command that looks at a bundle does first.</summary>
internal static class BundleFile
{
    private const int MaxKeyBytes = 4096;

    /// <summary>Checks a bundle.</summary>
    /// <returns>The report, or null after saying why a file could not be used.</returns>
    public static BundleReport? Verify(string bundlePath, string keyPath, TextWriter error)
    {
        try
        {
            var trusted = ReadKey(keyPath);
            using var bundle = File.OpenRead(bundlePath);
            var report = BundleVerifier.Verify(bundle, trusted);
            var unreadable = report.Findings.FirstOrDefault(static f => f.Code == BundleFindings.Unreadable);
            if (unreadable is null)
                return report;
            error.WriteLine(AuditorProgram.Printable($"{bundlePath} cannot be read as a bundle. {unreadable.Message}"));
        }
        catch (LedgerFormatException e)
        {
            error.WriteLine(AuditorProgram.Printable($"{keyPath} does not hold a key. {e.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine(AuditorProgram.Printable(e.Message));
        }

        return null;
    }

    private static NoteVerifier ReadKey(string path)
    {
        if (new FileInfo(path).Length > MaxKeyBytes)
            throw new LedgerFormatException("It is too long.");
        return NoteVerifier.Parse(File.ReadAllText(path).TrimEnd('\r', '\n'));
    }
}
