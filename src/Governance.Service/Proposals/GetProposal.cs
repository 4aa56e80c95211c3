using System.Collections.Immutable;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>A proposal as this person may see it.</summary>
public sealed record GetProposal(Actor Actor, string Reference) : IQuery<ProposalView>, IReadsProposal
{
    public sealed class Handler(ProposalStore proposals) : IRequestHandler<GetProposal, ProposalView>
    {
        public async Task<ProposalView> Handle(GetProposal request, CancellationToken cancellationToken) =>
            await ViewAsync(proposals, await proposals.OpenAsync(request.Reference, request.Actor));
    }

    internal static async Task<ProposalView> ViewAsync(ProposalStore proposals, OpenProposal open)
    {
        var allowed = Permissions.Allowed(open.State, open.Party);
        var seesPersonal = Visibility.SeesPersonal(open.State, open.Party);
        var form = open.Case.Rulebook.Screening.Form;
        var content = open.State.Phase == Phase.Draft ? ProposalContent.None : await proposals.ContentAsync(open, open.State.Revision);
        return new ProposalView
        {
            Reference = open.Reference,
            DraftReference = open.DraftReference,
            Version = open.Version,
            UpdatedAt = open.UpdatedAt,
            State = Visibility.For(open.Case, open.Party),
            Content = content with { Answers = Visibility.For(form, content.Answers, seesPersonal) },
            Draft = allowed.Contains(Drafts.ActIn(open.State)) ? await Drafts.CurrentAsync(proposals, open) : null,
            Rulebook = open.Case.Rulebook,
            Route = open.Case.Route,
            Party = open.Party,
            Capacities = Capacities.Of(open.State, open.Party),
            Allowed = allowed,
            SeesPersonal = seesPersonal,
            Names = await proposals.NamesAsync(open.Id),
            Flags = [.. open.State.Flags.SelectMany(f => open.Case.Rulebook.Screening.Rules.Where(r => r.Id == f.Rule))],
        };
    }
}

public sealed record ProposalView
{
    public required string Reference { get; init; }
    public required string DraftReference { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required ProposalState State { get; init; }
    /// <summary>The latest submitted revision; empty for a draft.</summary>
    public required ProposalContent Content { get; init; }
    /// <summary>What is being written; null for everybody but the lead, and when nothing can be written.</summary>
    public required Draft? Draft { get; init; }
    public required Rulebook Rulebook { get; init; }
    public required RouteState? Route { get; init; }
    public required Party Party { get; init; }
    public required IReadOnlySet<Capacity> Capacities { get; init; }
    public required IReadOnlySet<Act> Allowed { get; init; }
    public required bool SeesPersonal { get; init; }
    /// <summary>Pseudonym to name.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }
    /// <summary>The screening rules that fired on the submitted revision, heaviest first.</summary>
    public required ImmutableArray<Rule> Flags { get; init; }

    public ProposalForm Form => Rulebook.Screening.Form;

    public bool May(Act act) => Allowed.Contains(act);

    public string NameOf(string pseudonym) => Names.TryGetValue(pseudonym, out var name) ? name : "Somebody";

    public string Title => Title1(Draft is not null && State.Phase == Phase.Draft ? Draft.Answers : Content.Answers);

    static string Title1(Answers answers) => answers.Has("title") ? answers.Text("title") : "Untitled proposal";
}
