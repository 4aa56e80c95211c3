namespace Governance.Review.Proposals;

public sealed partial class ProposalForm
{
    private static IReadOnlyList<Section> BuildSections(LawLists lists) => [];
}
