using Governance.Review.Events;

namespace Governance.Review.Decisions;

/// <summary>Puts on record that values of a proposal were erased.</summary>
public static class Erasing
{
    /// <param name="digests">Of the values, as they stand in the trail's entries.</param>
    /// <param name="documents">SHA-256 of each document.</param>
    /// <param name="note">Sealed in its turn; empty when there is none.</param>
    /// <exception cref="NotAllowedException">The person is no administrator, or proposes this, or stepped back from it.</exception>
    public static Decision Erase(ReviewCase before, Party by, Circumstances now, ErasureBasis basis, IEnumerable<string> digests, IEnumerable<string> documents, string note)
    {
        Permissions.Demand(Act.EraseDisclosures, before.State, by);
        if (before.State.IsProposing(by.Pseudonym))
            throw new NotAllowedException("You are part of the team that proposes this, so another administrator must erase what is in it.");
        if (before.State.IsRecused(by.Pseudonym))
            throw new NotAllowedException("You declared a conflict of interest in this proposal, so another administrator must erase what is in it.");
        return new Deciding(before, by, now)
            .Add(new DisclosureErased
            {
                Basis = basis,
                Digests = [.. digests.Order(StringComparer.Ordinal)],
                Documents = [.. documents.Order(StringComparer.Ordinal)],
                Note = Sealed.Personal(note),
            })
            .Done();
    }
}
