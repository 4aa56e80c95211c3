using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Proposals;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>A revision's answers and documents to be read, with nothing in it that this reader may not see.</summary>
public sealed record ContentToRead(ProposalView Proposal, ProposalContent Content, int Revision)
{
    public string Here => $"/proposals/{Uri.EscapeDataString(Proposal.Reference)}";

    /// <summary>The questions of a section that apply to this proposal and that this reader may see.</summary>
    public IEnumerable<Field> FieldsOf(Section section) =>
        section.Fields.Where(f => f.Asked(Content.Answers) && (Proposal.SeesPersonal || f.Audience != Audience.Personal));

    /// <summary>Whether a section has answers that are kept from this reader.</summary>
    public bool Withholds(Section section) => !Proposal.SeesPersonal && section.Fields.Any(f => f.Audience == Audience.Personal);

    public string LinkTo(AttachedDocument document) => $"{Here}/documents/{Uri.EscapeDataString(document.Id)}?revision={Revision}";

    public static string KindOf(AttachedDocument document) =>
        ProposalForm.AttachmentKinds.FirstOrDefault(k => k.Id == document.Kind)?.Label ?? document.Kind;

    public static string SizeOf(AttachedDocument document) => document.Size < 1024 * 1024
        ? $"{Math.Max(1, document.Size / 1024)} KB"
        : FormattableString.Invariant($"{document.Size / 1024.0 / 1024.0:0.0} MB");

    public static string TypeOf(AttachedDocument document) => document.MediaType switch
    {
        "application/pdf" => "PDF",
        "image/png" => "PNG picture",
        "image/jpeg" => "JPEG picture",
        "text/plain" => "plain text",
        "application/vnd.oasis.opendocument.text" => "OpenDocument text",
        _ => "Word document",
    };
}
