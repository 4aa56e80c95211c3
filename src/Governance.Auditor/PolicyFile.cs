using Governance.Ledger;

namespace Governance.Auditor;

/// <summary>The one place where a policy file becomes a question to ask of a checkpoint.</summary>
internal static class PolicyFile
{
    /// <summary>Reads a policy (C2SP <c>tlog-policy</c>).</summary>
    /// <returns>Asks a checkpoint's note whether it fulfils the policy, and throws a <see cref="LedgerFormatException"/> that says what is lacking.</returns>
    /// <exception cref="LedgerFormatException">The bytes are not a policy.</exception>
    public static Action<SignedNote> Read(byte[] bytes) =>
        throw new LedgerFormatException($"This version of the program does not read policies ({bytes.Length} bytes given).");
}
