using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary>The arguments and options that every command over a bundle has, and what they ask for once they are read.</summary>
internal sealed class BundleArguments
{
    private readonly Argument<string> bundle = new("bundle") { Description = "The bundle: a zip file." };

    private readonly Option<string?> trust = new("--trust")
    {
        Description = "A file with the log's public key (name+id+key). Get it from somewhere else than the bundle.",
    };

    private readonly Option<string?> known = new("--known-checkpoint")
    {
        Description = "A file with a checkpoint of the log that you kept from earlier. The log must be a continuation of it.",
    };

    private readonly Option<string?> policy = new("--policy")
    {
        Description = "A file that says whose cosignatures the checkpoint must carry (C2SP tlog-policy).",
    };

    /// <param name="trustRequired">Whether the command makes no sense without a key from elsewhere.</param>
    public BundleArguments(Command command, bool trustRequired)
    {
        trust.Required = trustRequired;
        command.Arguments.Add(bundle);
        command.Options.Add(trust);
        command.Options.Add(known);
        command.Options.Add(policy);
    }

    public BundleFile Of(ParseResult parsed) =>
        new(parsed.GetRequiredValue(bundle), parsed.GetValue(trust), parsed.GetValue(known), parsed.GetValue(policy));
}

/// <summary>A bundle on disk with what is trusted beside it: what every command that looks at a bundle opens first.</summary>
/// <param name="Path">The zip.</param>
/// <param name="KeyPath">The key's file; without it the bundle's own key is used, which shows damage, never forgery.</param>
/// <param name="KnownPath">The file of an older checkpoint, or null.</param>
/// <param name="PolicyPath">The file of a policy, or null.</param>
internal sealed record BundleFile(string Path, string? KeyPath, string? KnownPath = null, string? PolicyPath = null)
{
    private const int MaxKeyBytes = 4096;
    private const int MaxCertificateBytes = 1 << 20;
    private const string OwnKeyFile = "data/keys/log.vkey";

    /// <summary>The file with certificates of those who vouch for time-stamp authorities, or null.</summary>
    public string? StampsPath { get; init; }

    /// <summary>Whether it is the bundle of a whole log. An unreadable file is not.</summary>
    public bool IsLog()
    {
        try
        {
            using var stream = File.OpenRead(Path);
            using var files = BundleReader.Open(stream);
            return files.IsLog;
        }
        catch (Exception e) when (e is LedgerFormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The check itself will say what is wrong, in its own words.
            return false;
        }
    }

    /// <summary>Checks the bundle of a trail.</summary>
    /// <returns>The report, or null after saying why a file could not be used.</returns>
    /// <param name="known">A checkpoint to continue from, where it does not come from <see cref="KnownPath"/>.</param>
    public BundleReport? Verify(TextWriter error, byte[]? known = null) => Checked(
        error, static r => r.Findings, (stream, key, checks) => BundleVerifier.Verify(stream, key, known is { Length: > 0 } ? checks with { Known = known } : checks));

    /// <summary>Checks the bundle of a whole log.</summary>
    /// <returns>The report, or null after saying why a file could not be used.</returns>
    public LogReport? VerifyLog(TextWriter error, IProgress<long>? progress) => Checked(
        error, static r => r.Findings, (stream, key, checks) => LogVerifier.Verify(stream, key, checks, progress, threads: Math.Clamp(Environment.ProcessorCount - 1, 1, 4)));

    private T? Checked<T>(TextWriter error, Func<T, IReadOnlyList<BundleFinding>> findings, Func<Stream, NoteVerifier, BundleChecks, T> verify)
        where T : class
    {
        try
        {
            var trusted = Named(KeyPath ?? Path, "does not hold a key.", () => KeyPath is null ? OwnKey() : ReadKey(KeyPath));
            var checks = new BundleChecks
            {
                Known = KnownPath is null ? null : Named(KnownPath, "does not hold a checkpoint.", () => ReadSmall(KnownPath, SignedNote.MaxBytes)),
                Policy = PolicyPath is null ? null : Named(PolicyPath, "does not hold a policy.", () => PolicyFile.Read(ReadSmall(PolicyPath, SignedNote.MaxBytes))),
                Stamp = StampsPath is null ? null : Named(StampsPath, "does not hold certificates.", () => StampCheck(StampsPath)),
            };
            using var bundle = File.OpenRead(Path);
            var report = verify(bundle, trusted, checks);
            if (findings(report).FirstOrDefault(static f => f.Code == BundleFindings.Unreadable) is not { } unreadable)
                return report;
            error.WriteLine(AuditorProgram.Printable($"{Path} cannot be read as a bundle. {unreadable.Message}"));
        }
        catch (LedgerFormatException e)
        {
            error.WriteLine(AuditorProgram.Printable(e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine(AuditorProgram.Printable(e.Message));
        }

        return null;
    }

    private static T Named<T>(string path, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LedgerFormatException e)
        {
            throw new LedgerFormatException($"{path} {what} {e.Message}", e);
        }
    }

    private NoteVerifier OwnKey()
    {
        using var stream = File.OpenRead(Path);
        using var files = BundleReader.Open(stream);
        return files.Has(OwnKeyFile) && files.Length(OwnKeyFile) <= MaxKeyBytes
            ? NoteVerifier.Parse(System.Text.Encoding.UTF8.GetString(files.Read(OwnKeyFile)).TrimEnd('\r', '\n'))
            : throw new LedgerFormatException($"It has no file {OwnKeyFile}.");
    }

    private static NoteVerifier ReadKey(string path) =>
        NoteVerifier.Parse(System.Text.Encoding.UTF8.GetString(ReadSmall(path, MaxKeyBytes)).TrimEnd('\r', '\n'));

    private static Func<byte[], byte[], DateTimeOffset> StampCheck(string path)
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPem(System.Text.Encoding.UTF8.GetString(ReadSmall(path, MaxCertificateBytes)));
        }
        catch (CryptographicException e)
        {
            throw new LedgerFormatException(e.Message, e);
        }

        return trusted.Count > 0 ? (token, text) => TimeStamp.Verify(token, text, trusted) : throw new LedgerFormatException("There is none in it.");
    }

    private static byte[] ReadSmall(string path, int most) =>
        new FileInfo(path).Length <= most ? File.ReadAllBytes(path) : throw new LedgerFormatException("It is too long.");
}
