using Governance.Ledger;

namespace Governance.Service.Audit;

/// <summary>The log's private key. It lives in a file of its own and never in the database (ledger.md, "Checkpoints").</summary>
public sealed class SigningKey
{
    SigningKey(NoteSigner signer) => Signer = signer;

    public NoteSigner Signer { get; }

    public NoteVerifier Verifier => Signer.Verifier;

    /// <exception cref="InvalidOperationException">The file is missing, is not a key, or is the key of another log.</exception>
    public static SigningKey Load(string file, Data.LogName log)
    {
        if (!File.Exists(file))
            throw new InvalidOperationException($"There is no signing key at {file}. Make one with: key create --name {log.Value} --out {file}");
        try
        {
            var signer = NoteSigner.Parse(File.ReadAllText(file).Trim());
            return signer.Verifier.Name == log.Value
                ? new SigningKey(signer)
                : throw new InvalidOperationException($"The key in {file} is of the log \"{signer.Verifier.Name}\", but Ledger:Name is \"{log.Value}\". Set both to the same name.");
        }
        catch (LedgerFormatException e)
        {
            throw new InvalidOperationException($"The signing key in {file} cannot be read: {e.Message}", e);
        }
    }
}
