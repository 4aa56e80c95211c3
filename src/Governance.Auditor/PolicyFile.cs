using Governance.Ledger;

namespace Governance.Auditor;

/// <summary>The one place where a policy file becomes a question to ask of a checkpoint.</summary>
internal static class PolicyFile
{
    /// <summary>Reads a policy (C2SP <c>tlog-policy</c>).</summary>
    /// <returns>
    /// Asks a checkpoint's note whether it fulfils the policy, where the log's key that signed it counts as if the policy listed it, and throws a <see cref="LedgerFormatException"/> that says what is lacking.
    /// </returns>
    /// <exception cref="LedgerFormatException">The bytes are not a policy.</exception>
    public static Action<SignedNote, NoteVerifier> Read(byte[] bytes)
    {
        var policy = TlogPolicy.Parse(bytes);
        return (note, log) =>
        {
            var verdict = policy.Evaluate(note, log);
            if (!verdict.Satisfied)
                throw new LedgerFormatException($"It lacks cosignatures by enough of {string.Join(", ", verdict.Missing.Select(static w => w.Name))}.");
        };
    }
}
