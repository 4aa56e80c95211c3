using System.ComponentModel;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Review.Stages;
using Governance.Service;
using Governance.Service.Stages;

namespace Governance.Web.Api;

/// <summary>What is asked and by which rules: the form, the screening rules, the routes and the checklists in force.</summary>
internal static class Catalogue
{
    [Description("The form that a proposal fills in.")]
    internal sealed record FormBody(int Version, IReadOnlyList<SectionBody> Sections, IReadOnlyList<OptionBody> AttachmentKinds);

    internal sealed record SectionBody(string Id, string Title, string Intro, IReadOnlyList<FieldBody> Fields);

    internal sealed record FieldBody
    {
        public required string Id { get; init; }
        public required string Label { get; init; }
        public string? Hint { get; init; }
        public required FieldKind Kind { get; init; }
        public IReadOnlyList<OptionBody>? Options { get; init; }
        [Description("For tables: what each row holds.")]
        public IReadOnlyList<ColumnBody>? Columns { get; init; }
        [Description("Who may see the answer.")]
        public required Audience Audience { get; init; }
        public int? MaxLength { get; init; }
        [Description("The most lines or rows, for lists and tables.")]
        public int? MaxItems { get; init; }
        public required bool Optional { get; init; }
        [Description("When the question is asked, in words. Not there when it always is.")]
        public string? AskedWhen { get; init; }
        [Description("About how many words are wanted. Never enforced.")]
        public int? Words { get; init; }
        [Description("Why it is asked.")]
        public string? Why { get; init; }
    }

    internal sealed record ColumnBody(string Id, string Label, FieldKind Kind, IReadOnlyList<OptionBody>? Options, int MaxLength, bool Optional);

    [Description("What proposals that are submitted now are reviewed under.")]
    internal sealed record RulesBody
    {
        public required IReadOnlyList<RuleBody> Screening { get; init; }
        public required IReadOnlyList<RouteBody> Routes { get; init; }
        public required IReadOnlyList<ChecklistBody> Checklists { get; init; }
        public required IReadOnlyList<OptionBody> Grades { get; init; }
        public required IReadOnlyList<OptionBody> Ratings { get; init; }
        public required IReadOnlyList<OptionBody> SessionMethods { get; init; }
        [Description("SHA-256 of each file of rules, as proposals are pinned to it.")]
        public required IReadOnlyDictionary<string, string> Files { get; init; }
    }

    internal sealed record RuleBody(string Id, string Title, Severity Severity, string Stage, string Reason, string Ask, IReadOnlyList<string> Fields, IReadOnlyList<string> Source);

    internal sealed record RouteBody(string Id, int Version, string Name, string Description, IReadOnlyList<string> Stages, IReadOnlyList<string> MandatoryStages, string Sha256);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("form", Form).Shows<FormBody>("Read the form", "Every section and field, with what can be answered and why it is asked.");
        api.MapGet("rules", Rules).Shows<RulesBody>("Read the rules", "The screening rules, routes and checklists in force.");
    }

    static IResult Form(Rulebooks rulebooks) => Calls.Json(new FormBody(
        ProposalForm.Version,
        [.. rulebooks.Form.Sections.Select(s => new SectionBody(s.Id, s.Title, s.Intro, [.. s.Fields.Select(Of)]))],
        OptionBody.Of(ProposalForm.AttachmentKinds)));

    static FieldBody Of(Field f) => new()
    {
        Id = f.Id,
        Label = f.Label,
        Hint = f.Hint,
        Kind = f.Kind,
        Options = f.Options.Count > 0 ? OptionBody.Of(f.Options) : null,
        Columns = f.Columns.Count > 0 ? [.. f.Columns.Select(c => new ColumnBody(c.Id, c.Label, c.Kind, c.Options.Count > 0 ? OptionBody.Of(c.Options) : null, c.MaxLength, c.Optional))] : null,
        Audience = f.Audience,
        MaxLength = f.MaxLength > 0 ? f.MaxLength : null,
        MaxItems = f.Kind is FieldKind.Lines or FieldKind.Choices or FieldKind.Rows ? f.MaxItems : null,
        Optional = f.Optional,
        AskedWhen = f.AskedWhen,
        Words = f.Words,
        Why = f.Why,
    };

    static IResult Rules(Rulebooks rulebooks)
    {
        var current = rulebooks.Current(rulebooks.Routes[0].DefinitionId);
        return Calls.Json(new RulesBody
        {
            Screening = [.. rulebooks.Screening.Rules.Select(r => new RuleBody(r.Id, r.Title, r.Severity, r.Stage, r.Reason, r.Ask, r.Fields, r.Source))],
            Routes = [.. rulebooks.Routes.Select(r => new RouteBody(r.DefinitionId, r.Version, r.Name, r.Description, [.. r.Stages.Select(s => s.Stage)], r.MandatoryStages, r.Digest))],
            Checklists = [.. current.Checklists.Select(ChecklistBody.Of)],
            Grades = OptionBody.Of(Checklist.Grades),
            Ratings = OptionBody.Of(Checklist.Ratings),
            SessionMethods = OptionBody.Of(RecordSession.Methods),
            Files = rulebooks.Screening.Files.ToDictionary(f => f.Name, f => f.Digest, StringComparer.Ordinal),
        });
    }
}
