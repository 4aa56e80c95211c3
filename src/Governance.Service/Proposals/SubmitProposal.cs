using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>
/// Submits a draft: checks it whole, screens it, pins route, rules and checklists, gives it its reference and starts its route.
/// </summary>
public sealed record SubmitProposal : ProposalCommand
{
    /// <summary>The lead's declaration that the proposal is true and complete.</summary>
    public required bool Declared { get; init; }

    public override Act ActIn(ProposalState state) => Act.Submit;

    public sealed class Validator : AbstractValidator<SubmitProposal>
    {
        public Validator() => RuleFor(c => c.Declared).Equal(true)
            .WithMessage("Confirm that what you say is true and complete, to the best of your knowledge.");
    }

    public sealed class Handler(Session session, ProposalStore proposals, PeopleStore people, Rulebooks rulebooks) : IRequestHandler<SubmitProposal, Receipt>
    {
        public async Task<Receipt> Handle(SubmitProposal request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            var attachments = Attachments.Of(draft.Documents);
            var faults = SubmissionCheck.Check(rulebooks.Form, draft.Answers, attachments);
            if (faults.Count > 0) throw new InvalidException(faults);

            var now = await proposals.NowAsync();
            var screening = rulebooks.Screening.Run(draft.Answers, attachments, now.Today);
            var rulebook = rulebooks.Current(screening.RouteId);
            await Rulebooks.KeepAsync(rulebook, session);
            var team = await Team.RememberAsync(people, proposals, open, draft.Answers);
            var reference = await NextReferenceAsync(now.At.Year);
            var before = open.Case with { Rulebook = rulebook, State = open.State with { Reference = reference } };
            var content = new ProposalContent(draft.Answers, draft.Documents);
            var decision = Submitting.Submit(before, open.Party, now, content, team, screening);
            return await proposals.StoreAsync(open with { Case = before }, decision, now, Act.Submit, content);
        }

        async Task<string> NextReferenceAsync(int year)
        {
            if (await session.ExecuteAsync("UPDATE reference_counter SET last = last + 1 WHERE year = @year", new { year }) == 0)
                await session.ExecuteAsync("INSERT INTO reference_counter (year, last) VALUES (@year, 1)", new { year });
            var number = await session.ScalarAsync<long>("SELECT last FROM reference_counter WHERE year = @year", new { year });
            return $"DUP-{year}-{number:0000}";
        }
    }
}

/// <summary>The delivery team as accounts of this service: whoever is named in the form and has one.</summary>
static class Team
{
    public static IReadOnlyList<string> Emails(Answers answers) =>
        [.. answers.Choices("team_emails").Append(answers.Text("lead_email")).Select(e => e.Trim().ToLowerInvariant()).Where(e => e.Length > 0).Distinct()];

    /// <summary>
    /// Refuses whoever the submitted form names as team. Somebody may have got an account after the proposal was submitted,
    /// and so not be known as its team by pseudonym.
    /// </summary>
    /// <exception cref="NotAllowedException">The person is named.</exception>
    public static async Task RefuseAsync(ProposalStore proposals, OpenProposal open)
    {
        if ((await proposals.TeamEmailsAsync(open)).Contains(open.Actor.Email.Trim().ToLowerInvariant()))
            throw new NotAllowedException("You are part of the team that proposes this, so you cannot take part in its review.");
    }

    public static async Task<IReadOnlyList<string>> RememberAsync(PeopleStore people, ProposalStore proposals, OpenProposal open, Answers answers)
    {
        var members = await people.WithEmailsAsync(Emails(answers));
        var pseudonyms = new List<string>();
        foreach (var member in members)
        {
            var pseudonym = Pseudonyms.Of(open.PseudonymKey, member.Id);
            pseudonyms.Add(pseudonym);
            if (member.Id != open.Actor.Id) await proposals.RememberAsync(open.Id, pseudonym, member.Id);
        }
        return pseudonyms;
    }
}

static class Attachments
{
    public static IReadOnlyList<Attachment> Of(IEnumerable<Review.Events.AttachedDocument> documents) =>
        [.. documents.Select(d => new Attachment(d.Id, d.Kind, d.Name.ToString(), d.MediaType, d.Size, d.Sha256))];
}
