using System.Globalization;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Service.Proposals;
using Governance.Web.Components;
using Governance.Web.Security;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>
/// One page of the form. It saves with anything in it; only what is too long or of the wrong shape is refused, and then
/// everything typed is still there.
/// </summary>
[UploadLimit(4 * 1024 * 1024)]
public sealed class SectionModel(IMediator mediator) : DraftPage(mediator)
{
    Answers? _typed;

    [FromRoute(Name = "section")]
    public string SectionId { get; set; } = "";

    /// <summary>True to say of every field what is still to do, missing answers included.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Check { get; set; }

    /// <summary>The field that gets one more empty row.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Add { get; set; }

    public Section Section { get; private set; } = null!;

    /// <summary>What to show: what was typed where the form was refused, and otherwise what is saved.</summary>
    public Answers Shown => _typed is null ? Answers : Answers.MergeSection(Section, _typed);

    /// <summary>After a save that came too late: the fields whose saved answers are not what was typed.</summary>
    public IReadOnlyList<FieldChange> Overtaken { get; private set; } = [];

    public IReadOnlyList<Fault> SectionFaults => FaultsOf(Section);

    /// <summary>The section's place among the pages with questions, from 1.</summary>
    public int Number => Questions.ToList().IndexOf(Section) + 1;

    public int Count => Questions.Count();

    /// <summary>Where the next page is.</summary>
    public string Next => View.Form.Sections.SkipWhile(s => s != Section).Skip(1).FirstOrDefault() is { } next ? $"{Home}/{next.Id}" : Home;

    IEnumerable<Section> Questions => View.Form.Sections.Where(s => s.Id != Documents);

    public bool IsAsked(Field field) => field.Asked(Shown);

    /// <summary>Questions one after the other; those that are not asked for the same reason stand together.</summary>
    public IEnumerable<IReadOnlyList<Field>> Groups()
    {
        var group = new List<Field>();
        foreach (var field in Section.Fields)
        {
            if (group.Count > 0 && (IsAsked(field) || IsAsked(group[0]) || field.AskedWhen != group[0].AskedWhen))
            {
                yield return group;
                group = [];
            }
            group.Add(field);
        }
        if (group.Count > 0) yield return group;
    }

    public bool HasError(Field field) => ModelState.Any(e => e.Value!.Errors.Count > 0 && e.Key.Contains($"[{field.Id}]", StringComparison.Ordinal));

    public FieldInput Input(Field field) => new()
    {
        Field = field,
        Answers = Shown,
        OneMoreRow = Add == field.Id,
        // A page that nobody has begun is not told what is wrong with it, and a refused one says first why it was refused.
        Advice = _typed is not null ? [] : [.. SectionFaults.Where(f => FieldNames.FieldOf(f.Field) == field.Id && (Check || Answers.Ids.Contains(field.Id)))],
        JudgingWords = field.Kind is FieldKind.LongText or FieldKind.Text
            ? [.. JudgingWord.FindIn(Shown.Text(field.Id), View.Rulebook.Screening.JudgingWords).Select(f => f.Word).Distinct()]
            : [],
    };

    public ReadingAgeResult? Reading(Field field) => field.Id == "lay_summary" && Shown.Has(field.Id) ? ReadingAge.Of(Shown.Text(field.Id)) : null;

    public FlaggedPicture? Picture(Field field) => field.Id == "base_rate" ? FlaggedPicture.From(Shown) : null;

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        await LoadAsync();
        _typed = PostedAnswers.Read(Section, Request.Form);
        // Shape and limits are those of the form, the same for every caller.
        Answers.FromJson(View.Form, _typed.ToJson(), out var faults);
        if (faults.Count > 0) throw new InvalidException(faults);

        var action = Request.Form["action"].ToString().Split(':');
        var answers = action is ["remove", var field, var row] ? Without(field, row) : _typed;
        await Send(new SaveDraft { Actor = Actor, Reference = Reference, Section = Section.Id, Answers = answers, ExpectedVersion = PostedVersion });
        switch (action)
        {
            case ["later"]:
                this.NoticeDone($"“{Section.Title}” is saved");
                return LocalRedirect(Home);
            case ["check"]:
                this.NoticeDone("This page is saved");
                return LocalRedirect($"{Home}/{Section.Id}?check=true");
            case ["add", var to] when View.Form.Find(to) is { Kind: FieldKind.Rows } rows:
                return LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"{Home}/{Section.Id}?add={rows.Id}#{FieldNames.CellId(rows, answers.Rows(rows.Id).Count, rows.Columns[0])}"));
            case ["remove", var from, _] when View.Form.Find(from) is { } rows:
                this.NoticeDone("The row is removed and the page is saved");
                return LocalRedirect($"{Home}/{Section.Id}#{rows.Id}");
            default:
                return LocalRedirect(Next);
        }
    }

    protected override Task LoadMoreAsync()
    {
        Section = View.Form.Sections.FirstOrDefault(s => s.Id == SectionId && s.Id != Documents) ?? throw new NotFoundException("The form has no such page.");
        if (_typed is not null && PostedVersion != View.Version)
            Overtaken = AnswersDiff.Between(Answers, Shown);
        return Task.CompletedTask;
    }

    protected override string InputName(string fault) => FieldNames.Input(View.Form, fault);

    Answers Without(string field, string row) => int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        ? _typed!.With(field, PostedRowsBut(field, index))
        : _typed!;

    IEnumerable<AnswerRow> PostedRowsBut(string field, int index) =>
        View.Form.Find(field) is { Kind: FieldKind.Rows } rows && Section.Fields.Contains(rows)
            ? Enumerable.Range(0, rows.MaxItems + 1).Where(i => i != index).Select(i => new AnswerRow(rows.Columns.Select(c => KeyValuePair.Create(c.Id, Request.Form[FieldNames.Of(rows, i, c)].ToString().Trim()))))
            : throw new NotFoundException("The page has no such rows.");
}
