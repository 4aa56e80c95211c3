using System.Text.RegularExpressions;

namespace Governance.Review.Proposals;

/// <summary>Whether a proposal is complete and well formed. Looks at the whole form and names every fault at once.</summary>
/// <remarks>
/// A fault stops a submission because nobody could review what is missing or unreadable. What can be reviewed but is
/// worrying (no impact assessment yet, no retention limit) is not a fault: screening flags it, and people decide.
/// </remarks>
public static partial class SubmissionCheck
{
    /// <summary>Every fault, in the order of the form; none when it can be submitted.</summary>
    public static IReadOnlyList<Fault> Check(ProposalForm form, Answers answers, IReadOnlyList<Attachment> attachments)
    {
        var faults = new List<Fault>();
        foreach (var field in form.Fields)
        {
            if (!field.Asked(answers))
                continue;
            if (!answers.Has(field.Id) && answers.Choices(field.Id).Count == 0 && answers.Rows(field.Id).Count == 0)
            {
                if (!field.Optional)
                    faults.Add(new Fault(field.Id, Missing(field.Kind)));
                continue;
            }

            CheckField(field, answers, faults);
        }

        foreach (var id in answers.Ids.Where(id => form.Find(id) is null))
            faults.Add(new Fault(id, "The form no longer has this question. Remove the answer."));

        Together(answers, faults);
        Documents(answers, attachments, faults);
        return faults;
    }

    /// <summary>The faults of one page, as <see cref="Check"/> would name them: for the task list, and for the page itself.</summary>
    public static IReadOnlyList<Fault> CheckSection(ProposalForm form, Section section, Answers answers, IReadOnlyList<Attachment> attachments)
        => [.. Check(form, answers, attachments).Where(f => section.Id == f.FieldId || form.Find(f.FieldId)?.Section == section.Id)];

    private static string Missing(FieldKind kind) => kind switch
    {
        FieldKind.Choice or FieldKind.YesNo => "Pick one answer.",
        FieldKind.Choices => "Pick at least one answer.",
        FieldKind.Date => "Give a date.",
        FieldKind.WholeNumber or FieldKind.Decimal => "Give a number.",
        FieldKind.Rows => "Add at least one row.",
        FieldKind.Lines => "Add at least one line.",
        _ => "Write an answer.",
    };

    private static void CheckField(Field field, Answers answers, List<Fault> faults)
    {
        switch (field.Kind)
        {
            case FieldKind.Lines:
                var lines = answers.Choices(field.Id);
                for (var i = 0; i < lines.Count; i++)
                    One(field.Id == "team_emails" ? Shape.Email : Shape.Any, FieldKind.Text, [], field.MaxLength, lines[i], $"{field.Id}[{i}]", faults);
                TooMany(field, lines.Count, faults);
                if (lines.Count == 0)
                    faults.Add(new Fault(field.Id, "This must be a list, one a line."));
                break;

            case FieldKind.Choices:
                var picked = answers.Choices(field.Id);
                foreach (var id in picked.Where(id => field.Options.All(o => o.Id != id)))
                    faults.Add(new Fault(field.Id, $"“{id}” is not one of the answers. Pick from the list."));
                if (picked.Distinct(StringComparer.Ordinal).Count() != picked.Count)
                    faults.Add(new Fault(field.Id, "An answer is picked twice."));
                if (picked.Count > 1 && picked.FirstOrDefault(IsExclusive) is { } exclusive)
                    faults.Add(new Fault(field.Id, $"“{field.Options.First(o => o.Id == exclusive).Label}” cannot go with other answers."));
                if (picked.Count == 0)
                    faults.Add(new Fault(field.Id, "This must be a list of answers."));
                break;

            case FieldKind.Rows:
                var rows = answers.Rows(field.Id);
                for (var i = 0; i < rows.Count; i++)
                    Row(field, rows[i], i, faults);
                TooMany(field, rows.Count, faults);
                if (rows.Count == 0)
                    faults.Add(new Fault(field.Id, "This must be a list of rows."));
                break;

            default:
                var shape = field.Id.EndsWith("_email", StringComparison.Ordinal) ? Shape.Email : field.Id == "website" ? Shape.Web : Shape.Any;
                One(shape, field.Kind, field.Options, field.MaxLength, answers.Text(field.Id), field.Id, faults);
                break;
        }

        // "None of these", "None yet" and "Nothing" exclude the rest; a list without such an option has no such id.
        bool IsExclusive(string id) => id is "none" or "nothing" or "unknown" && field.Options.Any(o => o.Id == id);
    }

    private static void TooMany(Field field, int count, List<Fault> faults)
    {
        if (count > field.MaxItems)
            faults.Add(new Fault(field.Id, $"This can hold {field.MaxItems} entries at most; there are {count}. Take some out."));
    }

    private static void Row(Field field, AnswerRow row, int index, List<Fault> faults)
    {
        foreach (var column in field.Columns)
        {
            var place = $"{field.Id}[{index}].{column.Id}";
            if (row[column.Id].Length > 0)
                One(Shape.Any, column.Kind, column.Options, column.MaxLength, row[column.Id], place, faults);
            else if (!column.Optional)
                faults.Add(new Fault(place, $"Row {index + 1}: “{column.Label}” is missing."));
        }

        foreach (var id in row.Cells.Keys.Where(id => field.Columns.All(c => c.Id != id)))
            faults.Add(new Fault($"{field.Id}[{index}].{id}", $"Row {index + 1}: there is no column “{id}”."));
    }

    private enum Shape
    {
        Any,
        Email,
        Web,
    }

    private static void One(Shape shape, FieldKind kind, IReadOnlyList<Option> options, int maxLength, string text, string place, List<Fault> faults)
    {
        var fault = kind switch
        {
            _ when text.Length == 0 => "This must be a single answer, not a list.",
            _ when text.Length > maxLength => $"This is too long: it can have {maxLength} characters at most, and has {text.Length}. Shorten it.",
            FieldKind.Choice or FieldKind.YesNo when options.All(o => o.Id != text) => $"“{text}” is not one of the answers. Pick from the list.",
            FieldKind.WholeNumber when Answers.ParseNumber(text) is not (>= 0 and <= 100_000_000) => "Give a whole number from 0 in digits, such as 1200.",
            FieldKind.Decimal when Answers.ParseDecimal(text) is not (>= 0 and <= 1) => "Give a number from 0 to 1 such as 0.85, or a percentage such as 85%.",
            FieldKind.Date when Answers.ParseDate(text) is null => "Give a real date, as year-month-day, such as 2026-03-31.",
            FieldKind.Text when text.Contains('\n', StringComparison.Ordinal) => "Write this on one line.",
            _ when shape == Shape.Email && !Email().IsMatch(text.Trim()) => "Give an e-mail address, such as name@example.org.",
            _ when shape == Shape.Web && !(Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http") => "Give a web address that starts with https://.",
            _ => null,
        };
        if (fault is not null)
            faults.Add(new Fault(place, fault));
    }

    private static void Together(Answers a, List<Fault> faults)
    {
        if (a.Date("start_date") is { } start && a.Date("end_date") is { } end && end <= start)
            faults.Add(new Fault("end_date", "The end must come after the start."));
        if (a.Date("period_from") is { } from && a.Date("period_to") is { } to && to < from)
            faults.Add(new Fault("period_to", "The last day must not come before the first."));
        foreach (var number in new[] { "people_count", "participation_count" })
        {
            if (a.Number(number) == 0)
                faults.Add(new Fault(number, "This must be at least 1."));
        }

        // "Nothing happens to any one person or place" contradicts a person or place being acted upon.
        if (a.Is("use_class", "population_insight") && a.IncludesAny("consequences", "police_attention", "restriction"))
            faults.Add(new Fault("use_class", "You say that the police may become aware of someone, or that someone may be restricted. That goes further than population insight: pick the use that fits."));
        if (a.Is("sharing_manner", "not_shared") && a.Includes("consequences", "police_attention"))
            faults.Add(new Fault("sharing_manner", "You say that the police may become aware of someone. Say how they would be told."));
    }

    private static void Documents(Answers a, IReadOnlyList<Attachment> attachments, List<Fault> faults)
    {
        if (a.Is("dpia_status", "done") && attachments.All(d => d.Kind != "dpia"))
            faults.Add(new Fault("attachments", "Attach the data protection impact assessment: you say that it is done."));
        if (a.Is("sharing_agreement", "signed") && attachments.All(d => d.Kind != "data_sharing_agreement"))
            faults.Add(new Fault("attachments", "Attach the data sharing agreement: you say that it is signed."));
        foreach (var unknown in attachments.Where(d => ProposalForm.AttachmentKinds.All(k => k.Id != d.Kind)))
            faults.Add(new Fault("attachments", $"Say what kind of document “{unknown.Name}” is."));
    }

    [GeneratedRegex(@"^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Email();
}
