using System.Text.Json.Nodes;
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
    public sealed class Handler(Session session, TrailStore trails, Rulebooks rulebooks, PublicRegister register) : IRequestHandler<GetRegisterEntry, RegisterEntry>
    {
        /// <exception cref="NotFoundException">There is none, or it has not been decided, or was withdrawn, or the register is turned off.</exception>
        public async Task<RegisterEntry> Handle(GetRegisterEntry request, CancellationToken cancellationToken)
        {
            register.Demand();
            var reference = await ReferenceAsync(session, request.Reference);
            var happenings = (await trails.AllAsync(reference)).Select(Public).ToList();
            var state = ProposalFold.Fold(reference, happenings);
            var form = (await rulebooks.PinnedAsync(state.Pins!, session)).Screening.Form;
            var first = ProposalFold.FoldContent(happenings.Select(h => h.Event).OfType<ProposalSubmitted>());
            var last = ProposalFold.FoldContent(happenings.Select(h => h.Event));
            var answers = Visibility.Public(form, last.Answers);
            return new RegisterEntry
            {
                State = Visibility.Public(state),
                Form = form,
                Answers = answers,
                Documents = [.. last.Documents.Select(d => d.Kind).Distinct(StringComparer.Ordinal)],
                Changes = [.. AnswersDiff.Between(Visibility.Public(form, first.Answers), answers).Where(c => form.Find(c.Field) is not null)],
                Erased = happenings.Any(h => h.Event is DisclosureErased),
            };
        }

        /// <summary>The reference as it is written, of a proposal that is on the register. Asked before anything is opened.</summary>
        internal static async Task<string> ReferenceAsync(Session session, string reference) =>
            await session.ScalarAsync<string?>("SELECT reference FROM proposal WHERE reference = @reference AND phase = 'Determined'", new { reference })
                ?? throw PublicRegister.Missing();

        static Happening Public(Data.TrailEntry entry) => entry.Happening with
        {
            Event = EventCodec.Decode(entry.Entry.Kind, entry.Entry.Data, entry.Disclosures.Where(d => DepthNames.Shows(Depth.Public, d.Class)).Select(d =>
            {
                var disclosure = Disclosure.Parse(d.Disclosure);
                return new SealedValue(disclosure.Name, AudienceNames.Parse(d.Class), disclosure.Value);
            }).Concat(entry.Erased.Where(e => e.Path.Length > 0 && DepthNames.Shows(Depth.Public, e.Class))
                .Select(e => new SealedValue(e.Path, AudienceNames.Parse(e.Class), e.Many ? new JsonArray(Sealing.Erased) : Sealing.Erased)))),
        };
    }
}

/// <summary>What the register says of a decided proposal.</summary>
public sealed record RegisterEntry
{
    /// <summary>The fold at the public depth (<see cref="Visibility.Public(ProposalState)"/>).</summary>
    public required ProposalState State { get; init; }

    /// <summary>The form as it was pinned.</summary>
    public required ProposalForm Form { get; init; }

    /// <summary>The public answers of the revision that was decided on.</summary>
    public required Answers Answers { get; init; }

    /// <summary>The kinds of documents that belong to it. The documents themselves are not public.</summary>
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>What changed in the public answers from the first revision to the last.</summary>
    public required IReadOnlyList<FieldChange> Changes { get; init; }

    /// <summary>Something of it was erased since; it need not have been public.</summary>
    public required bool Erased { get; init; }

    public DeterminationState Decision => State.Determination!;

    public string Title => Answers.Has("title") ? Answers.Text("title") : State.Reference;

    public string Organisation => Answers.Text("organisation");
}
