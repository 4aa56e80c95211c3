using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service;
using Governance.Service.Register;
using Governance.Web.Auth;
using Governance.Web.Components;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Governance.Web.Pages.Register;

/// <summary>One decision on the public register, told so that a young reader can follow it.</summary>
[AllowAnonymous, EnableRateLimiting(Accounts.PublicLimit)]
public sealed class EntryModel(IMediator mediator, Rulebooks rulebooks) : PublicPage(mediator)
{
    /// <summary>Some of the answers under a heading.</summary>
    public sealed record Part(string Id, string Title, params IReadOnlyList<string> Fields);

    /// <summary>What one recipient may and may not do with the data or the results.</summary>
    public sealed record Uses(string Recipient, string Kind, IReadOnlyList<string> Allowed, IReadOnlyList<string> ByException, IReadOnlyList<string> Forbidden);

    /// <summary>Fields that stand in a place of their own on the page.</summary>
    public static IReadOnlyList<string> Told { get; } = ["title", "organisation", "lay_summary", "onward_use", "participation_changes"];

    /// <summary>All other public fields, in the order in which a reader asks. A field that is in none of them stands in the last.</summary>
    public static IReadOnlyList<Part> Parts { get; } =
    [
        new("data", "What data, and where it comes from", "platforms", "data_categories", "sources", "terms", "age_bands", "people_count", "place"),
        new("gain", "Who gains from it", "benefits", "beneficiaries", "why_social_media"),
        new("kept", "How long it is kept, and how to challenge it", "retention", "retention_months", "retention_event", "challenge", "challenge_route"),
        new("why", "Why they want to do it", "problem", "harm_definition", "offline_link", "alternatives", "alternatives_reason"),
        new("how", "How it works", "use_class", "decision_making", "techniques", "tool", "supplier", "trains_model", "human_review", "monitoring", "linkage", "record_detail", "smallest_cell", "time"),
        new("law", "Law, and what is published", "article6", "dpia_status", "transparency", "transparency_details", "publication"),
        new("youth", "Young people's part in the project", "participation", "participation_count", "participation_plan"),
        new("who", "Who is behind it", "organisation_type", "owner_role", "partners", "funders", "start_date", "end_date", "contact_email", "website", "earlier_reference"),
    ];

    /// <summary>How many parts stand open on the page; the others unfold.</summary>
    public const int Open = 3;

    static readonly HashSet<string> Placed = [.. Told, .. Parts.SelectMany(p => p.Fields)];

    public RegisterEntry Entry { get; private set; } = null!;

    public string Reference => (string)RouteData.Values["reference"]!;

    public DecisionWords Decision => DecisionWords.Of(Entry.Decision.Determination.Outcome);

    /// <summary>The route's name, as it is in force; its id where it is no longer.</summary>
    public string Route => rulebooks.Routes.FirstOrDefault(r => r.DefinitionId == Entry.State.Route)?.Name.ToLowerInvariant() ?? Entry.State.Route;

    /// <summary>The parts that have an answer, with their fields.</summary>
    public IEnumerable<(Part Part, IReadOnlyList<Field> Fields)> Answered
    {
        get
        {
            foreach (var part in Parts)
            {
                var fields = part.Fields.Select(Entry.Form.Find).OfType<Field>().Where(f => Entry.Answers.Has(f.Id)).ToList();
                if (part == Parts[^1]) fields.AddRange(Entry.Form.Fields.Where(f => Entry.Answers.Has(f.Id) && !Placed.Contains(f.Id)));
                if (fields.Count > 0) yield return (part, fields);
            }
        }
    }

    /// <summary>Who gets what, by recipient.</summary>
    public IReadOnlyList<Uses> Recipients { get; private set; } = [];

    /// <summary>What nobody at all may do.</summary>
    public IReadOnlyList<string> Never =>
        Recipients.Count == 0 ? [] : [.. Recipients[0].Forbidden.Where(use => Recipients.All(r => r.Forbidden.Contains(use)))];

    /// <summary>The changes that panels and the chair asked for, counted: what they wrote about them is between them and the team.</summary>
    public IEnumerable<string> Asked => Entry.State.Changes.GroupBy(c => (c.Stage, c.Revision)).Select(g =>
    {
        var changed = g.Count(c => c.Response == ChangeResponse.Changed);
        var who = g.Key.Stage == StageTitles.Determination ? "The chair" : $"The {StageTitles.Of(g.Key.Stage)} panel";
        var many = StageWords.Count(g.Count(), "change", "changes");
        return changed == g.Count() ? $"{who} asked for {many}. The team made {(changed == 1 ? "it" : "all of them")}."
            : changed == 0 ? $"{who} asked for {many}. The team gave reasons for making none."
            : $"{who} asked for {many}. The team made {changed}, and gave reasons for not making the rest.";
    });

    /// <summary>The public answers that changed during the review, in the form's order.</summary>
    public IEnumerable<(Field Field, FieldChange Change)> Changed =>
        Entry.Form.Fields.SelectMany(f => Entry.Changes.Where(c => c.Field == f.Id).Select(c => (f, c)));

    /// <summary>The names of the kinds of documents.</summary>
    public IEnumerable<string> Documents => Entry.Documents.Select(kind => ProposalForm.AttachmentKinds.FirstOrDefault(k => k.Id == kind)?.Label ?? kind);

    /// <summary>The age bands of a session in words.</summary>
    public string Ages(IEnumerable<string> bands) => string.Join(", ", bands.Select(b => Entry.Form.Lists.AgeBands.FirstOrDefault(a => a.Id == b)?.Label.ToLowerInvariant() ?? b));

    public async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        MayBeKept();
        return Page();
    }

    protected override async Task LoadAsync()
    {
        Entry = await Send(new GetRegisterEntry(Reference));
        if (Entry.Form.Find("onward_use") is not { } field) return;
        Recipients = [.. Entry.Answers.Rows(field.Id).Select(row =>
        {
            IReadOnlyList<string> With(string answer) => [.. field.Columns.Where(c => row[c.Id] == answer).Select(c => c.Label)];
            var kind = field.Columns.FirstOrDefault(c => c.Id == "recipient_kind");
            return new Uses(row["recipient"], kind is null ? "" : AnswersMarkup.Cell(kind, row[kind.Id]), With("allowed"), With("by_exception"), With("forbidden"));
        })];
    }
}
