using Governance.Ledger;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Register;

/// <summary>
/// A decided proposal as everybody may see it. It is the fold of the trail with the public disclosures alone, so that it can
/// hold nothing that an export at the public depth does not.
/// </summary>
public sealed record GetRegisterEntry(string Reference) : IQuery<RegisterEntry>
{
    public sealed class Handler(Session session, TrailStore trails, Rulebooks rulebooks) : IRequestHandler<GetRegisterEntry, RegisterEntry>
    {
        /// <exception cref="NotFoundException">There is none, or it has not been decided, or was withdrawn.</exception>
        public async Task<RegisterEntry> Handle(GetRegisterEntry request, CancellationToken cancellationToken)
        {
            // Asked before anything is opened. A proposal under review is not to be told from one that does not exist.
            var reference = await session.ScalarAsync<string?>("SELECT reference FROM proposal WHERE reference = @reference AND phase = 'Determined'", new { reference = request.Reference })
                ?? throw new NotFoundException("There is no such decision on the register.");
            var happenings = (await trails.AllAsync(reference)).Select(Public).ToList();
            var state = ProposalFold.Fold(reference, happenings);
            var form = (await rulebooks.PinnedAsync(state.Pins!, session)).Screening.Form;
            var first = ProposalFold.FoldContent(happenings.Select(h => h.Event).OfType<ProposalSubmitted>());
            var last = ProposalFold.FoldContent(happenings.Select(h => h.Event));
            var answers = Visibility.Public(form, last.Answers);
            return new RegisterEntry
            {
                State = state,
                Form = form,
                Answers = answers,
                Changes = [.. AnswersDiff.Between(Visibility.Public(form, first.Answers), answers).Where(c => form.Find(c.Field) is not null)],
            };
        }

        static Happening Public(Data.TrailEntry entry) => entry.Happening with
        {
            Event = EventCodec.Decode(entry.Entry.Kind, entry.Entry.Data, entry.Disclosures.Where(d => DepthNames.Shows(Depth.Public, d.Class)).Select(d =>
            {
                var disclosure = Disclosure.Parse(d.Disclosure);
                return new SealedValue(disclosure.Name, AudienceNames.Parse(d.Class), disclosure.Value);
            })),
        };
    }
}

/// <summary>What the register says of a decided proposal.</summary>
public sealed record RegisterEntry
{
    /// <summary>The fold at the public depth: sealed texts for others than everybody are without their text.</summary>
    public required ProposalState State { get; init; }

    /// <summary>The form as it was pinned.</summary>
    public required ProposalForm Form { get; init; }

    /// <summary>The public answers of the revision that was decided on.</summary>
    public required Answers Answers { get; init; }

    /// <summary>What changed in them from the first revision to the last.</summary>
    public required IReadOnlyList<FieldChange> Changes { get; init; }

    public string Title => Answers.Has("title") ? Answers.Text("title") : State.Reference;

    /// <summary>The fields with a public answer, by section.</summary>
    public IEnumerable<(Section Section, IReadOnlyList<Field> Fields)> Sections => Form.Sections
        .Select(s => (s, (IReadOnlyList<Field>)[.. s.Fields.Where(f => f.Audience == Audience.Public && Answers.Has(f.Id))]))
        .Where(s => s.Item2.Count > 0);
}
