namespace Governance.Ledger;

/// <summary>
/// Bytes or text from outside are not in the form that the ledger's specification demands. The message says what is
/// wrong and where, in words that can be shown to a person.
/// </summary>
public sealed class LedgerFormatException : Exception
{
    /// <summary>Says what is wrong and where.</summary>
    public LedgerFormatException(string message) : base(message)
    {
    }

    /// <summary>Says what is wrong and where, and keeps the error that showed it.</summary>
    public LedgerFormatException(string message, Exception inner) : base(message, inner)
    {
    }
}
