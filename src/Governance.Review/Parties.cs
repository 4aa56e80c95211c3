using System.Collections.Immutable;
using Governance.Review.Proposals;

namespace Governance.Review;

/// <summary>What a person may be in the service as a whole. An administrator gives roles; one person may have several.</summary>
public enum Role { ProjectLead, PanelMember, YouthPanelMember, Facilitator, Chair, Auditor, Administrator }

/// <summary>A seat on a panel.</summary>
/// <param name="Panel">The panel, such as <c>privacy</c>.</param>
/// <param name="Kind">What the person brings, such as <c>data_protection</c>, <c>youth</c> or <c>lay</c>.</param>
public sealed record PanelSeat(string Panel, string Kind);

/// <summary>A person as one proposal knows them: by pseudonym, with roles and seats.</summary>
public sealed record Party(string Pseudonym, ImmutableHashSet<Role> Roles, ImmutableArray<PanelSeat> Seats)
{
    public IEnumerable<string> SeatsOn(string panel) => Seats.Where(s => s.Panel == panel).Select(s => s.Kind).Order(StringComparer.Ordinal);

    public bool SitsOn(string panel) => Seats.Any(s => s.Panel == panel);
}

/// <summary>What a person is to one proposal, which decides what they may do with it.</summary>
public enum Capacity { Lead, TeamMember, PanelMember, YouthPanelMember, Facilitator, Chair, Auditor, Administrator }

public static class Capacities
{
    /// <summary>
    /// The capacities of a person towards a proposal. Whoever proposes it, or is on its delivery team, has no part in
    /// judging it, whatever their roles; whoever declared a conflict has none either (design, "Review").
    /// </summary>
    public static IReadOnlySet<Capacity> Of(ProposalState state, Party party)
    {
        var capacities = new HashSet<Capacity>();
        if (state.Lead == party.Pseudonym) capacities.Add(Capacity.Lead);
        if (state.Team.Contains(party.Pseudonym)) capacities.Add(Capacity.TeamMember);
        if (party.Roles.Contains(Role.Auditor)) capacities.Add(Capacity.Auditor);
        if (party.Roles.Contains(Role.Administrator)) capacities.Add(Capacity.Administrator);
        if (state.IsProposing(party.Pseudonym) || state.IsRecused(party.Pseudonym)) return capacities;
        if (party.Roles.Contains(Role.PanelMember)) capacities.Add(Capacity.PanelMember);
        if (party.Roles.Contains(Role.YouthPanelMember)) capacities.Add(Capacity.YouthPanelMember);
        if (party.Roles.Contains(Role.Facilitator)) capacities.Add(Capacity.Facilitator);
        if (party.Roles.Contains(Role.Chair)) capacities.Add(Capacity.Chair);
        return capacities;
    }
}
