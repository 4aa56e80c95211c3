namespace Governance.Review.Proposals;

/// <summary>Whether a proposal is complete and well formed. Looks at the whole form and names every fault at once.</summary>
public static class SubmissionCheck
{
    /// <summary>Every fault, in the order of the form; none when it can be submitted.</summary>
    public static IReadOnlyList<Fault> Check(ProposalForm form, Answers answers, IReadOnlyList<Attachment> attachments) => throw new NotSupportedException("Follows.");
}
