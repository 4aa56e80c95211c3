using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary>Reads a bundle and a trusted key from files: what every command that looks at a bundle does first.</summary>
internal static class BundleFile
{
    private const int MaxKeyBytes = 4096;
    private const string OwnKeyFile = "data/keys/log.vkey";

    /// <summary>Checks a bundle.</summary>
    /// <returns>The report, or null after saying why a file could not be used.</returns>
    public static BundleReport? Verify(string bundlePath, string keyPath, TextWriter error) => Verify(bundlePath, () => ReadKey(keyPath), keyPath, error);

    /// <summary>Reads a bundle with the key that it holds itself: that shows damage, never forgery.</summary>
    /// <returns>The report, or null after saying why the file could not be used.</returns>
    public static BundleReport? VerifyByItsOwnKey(string bundlePath, TextWriter error) => Verify(bundlePath, () => OwnKey(bundlePath), bundlePath, error);

    private static BundleReport? Verify(string bundlePath, Func<NoteVerifier> key, string keyPath, TextWriter error)
    {
        try
        {
            var trusted = key();
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

    private static NoteVerifier OwnKey(string bundlePath)
    {
        using var bundle = File.OpenRead(bundlePath);
        return BundleReader.Read(bundle).TryGetValue(OwnKeyFile, out var key) && key.Length <= MaxKeyBytes
            ? NoteVerifier.Parse(System.Text.Encoding.UTF8.GetString(key).TrimEnd('\r', '\n'))
            : throw new LedgerFormatException($"It has no file {OwnKeyFile}.");
    }

    private static NoteVerifier ReadKey(string path)
    {
        if (new FileInfo(path).Length > MaxKeyBytes)
            throw new LedgerFormatException("It is too long.");
        return NoteVerifier.Parse(File.ReadAllText(path).TrimEnd('\r', '\n'));
    }
}
