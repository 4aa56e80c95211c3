using Governance.Ledger;

namespace Governance.Service.Audit;

/// <summary>The log's private key. It lives in a file of its own and never in the database (ledger.md, "Checkpoints").</summary>
public sealed class SigningKey
{
    readonly string _headFile;

    SigningKey(NoteSigner signer, NoteSigner? previous, string headFile) => (Signer, Previous, _headFile) = (signer, previous, headFile);

    public NoteSigner Signer { get; }

    /// <summary>The key before this one, with which checkpoints are signed as well until everybody has heard of the new one; mostly null.</summary>
    public NoteSigner? Previous { get; }

    public NoteVerifier Verifier => Signer.Verifier;

    /// <summary>Those who sign a checkpoint, this key first.</summary>
    public IReadOnlyList<NoteSigner> Signers => Previous is null ? [Signer] : [Signer, Previous];

    /// <summary>The public keys of those who sign.</summary>
    public IReadOnlyList<NoteVerifier> Verifiers => [.. Signers.Select(s => s.Verifier)];

    /// <param name="previousFile">The file of the key before it, while checkpoints are signed by both.</param>
    /// <param name="headFile">
    /// Where this node keeps the last checkpoint that it saw: by default beside the key, elsewhere where the key's folder can
    /// only be read.
    /// </param>
    /// <exception cref="InvalidOperationException">A file is missing, is not a key, or is the key of another log.</exception>
    public static SigningKey Load(string file, Data.LogName log, string? previousFile = null, string? headFile = null) =>
        new(Read(file, log), string.IsNullOrWhiteSpace(previousFile) ? null : Read(previousFile, log), headFile ?? HeadOf(file));

    /// <summary>The key in another file, to follow this one. Both sign.</summary>
    /// <exception cref="InvalidOperationException">The file is missing, is not a key, or is the key of another log.</exception>
    public SigningKey Follower(string file, Data.LogName log) => new(Read(file, log), Signer, HeadOf(file));

    static string HeadOf(string file) => file + ".head";

    static NoteSigner Read(string file, Data.LogName log)
    {
        if (!File.Exists(file))
            throw new InvalidOperationException($"There is no signing key at {file}. Make one with: key create --name {log.Value} --out {file}");
        try
        {
            var signer = NoteSigner.Parse(File.ReadAllText(file).Trim());
            return signer.Verifier.Name == log.Value
                ? signer
                : throw new InvalidOperationException($"The key in {file} is of the log \"{signer.Verifier.Name}\", but Ledger:Name is \"{log.Value}\". Set both to the same name.");
        }
        catch (LedgerFormatException e)
        {
            throw new InvalidOperationException($"The signing key in {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The last checkpoint of this log that this node saw signed; null before the first.</summary>
    public byte[]? ReadHead() => File.Exists(_headFile) ? File.ReadAllBytes(_headFile) : null;

    /// <summary>Keeps a checkpoint beside the key. The file is replaced whole or not at all.</summary>
    public void WriteHead(byte[] note)
    {
        // Nodes on one machine may share the file, so each writes its own before it takes the other's place.
        var next = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_headFile}.{Environment.ProcessId}");
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            file.Write(note);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, _headFile, overwrite: true);
    }
}
