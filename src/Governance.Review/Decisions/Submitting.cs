using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Screening;

namespace Governance.Review.Decisions;

/// <summary>From a draft to a submitted proposal, and back out of review again.</summary>
public static class Submitting
{
    /// <summary>Submits a draft that <see cref="SubmissionCheck"/> found complete.</summary>
    /// <param name="before">The draft under the rulebook whose route screening chose.</param>
    /// <param name="team">Pseudonyms of the people on the delivery team.</param>
    public static Decision Submit(
        ReviewCase before, Party by, Circumstances now, ProposalContent content, IEnumerable<string> team, ScreeningResult screening)
    {
        Permissions.Demand(Act.Submit, before.State, by);
        return new Deciding(before, by, now)
            .Add(new ProposalSubmitted
            {
                FormVersion = ProposalForm.Version,
                Answers = new SealedAnswers(content.Answers),
                Documents = content.Documents,
                Team = [.. team.Where(t => t != by.Pseudonym).Distinct().Order(StringComparer.Ordinal)],
                Pins = before.Rulebook.Pins,
                Flags = Flags(screening),
                Route = screening.RouteId,
                RouteReason = screening.RouteReason,
            })
            .Start()
            .Done();
    }

    /// <summary>Takes a proposal back. Whatever is open is closed and the route with it.</summary>
    public static Decision Withdraw(ReviewCase before, Party by, Circumstances now, string reason)
    {
        Permissions.Demand(Act.Withdraw, before.State, by);
        return new Deciding(before, by, now)
            .Add(new ProposalWithdrawn { Reason = Sealed.Panel(reason) })
            .CloseRoute()
            .Done();
    }

    /// <summary>Flags as the trail writes them: ids only, for the reasons stand in the pinned rules.</summary>
    public static ImmutableArray<RaisedFlag> Flags(ScreeningResult screening) =>
        [.. screening.Flags.Select(f => new RaisedFlag(f.Rule, SeverityName(f.Severity), f.Stage))];

    public static string SeverityName(Severity severity) => severity switch
    {
        Severity.Note => "note",
        Severity.Concern => "concern",
        Severity.RedLine => "red_line",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "There is no such severity."),
    };
}
