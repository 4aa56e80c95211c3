using System.Globalization;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.Stages;
using Governance.Web.TagHelpers;

namespace Governance.Web.Components;

/// <summary>How pressing something is, in words and with the colour that goes with them.</summary>
/// <param name="Text">For example "3 working days left".</param>
/// <param name="Colour">The colour of a <c>g-tag</c>; the words alone say it all.</param>
public sealed record DueWords(string Text, string Colour);

/// <summary>Dates, counts and seats of a stage, in the words that a fifteen-year-old would use.</summary>
public static class StageWords
{
    /// <summary>How long there is until a day, in working days of England and Wales. The day itself still counts as in time.</summary>
    public static DueWords Due(DateOnly due, DateOnly today, WorkingDays calendar)
    {
        if (due < today) return new("Overdue", "red");
        if (due == today) return new("Due today", "orange");
        var left = Enumerable.Range(1, due.DayNumber - today.DayNumber).Count(d => calendar.IsWorkingDay(today.AddDays(d)));
        return left switch
        {
            0 => new("Due before the next working day", "orange"),
            1 => new("1 working day left", "yellow"),
            <= 3 => new(string.Create(CultureInfo.InvariantCulture, $"{left} working days left"), "yellow"),
            _ => new(string.Create(CultureInfo.InvariantCulture, $"{left} working days left"), "grey"),
        };
    }

    /// <summary>The number of votes against the number needed, in a sentence.</summary>
    public static string Quorum(int counted, int needed) => counted >= needed
        ? string.Create(CultureInfo.InvariantCulture, $"Enough votes are in: {counted}, and {needed} {(needed == 1 ? "is" : "are")} needed.")
        : string.Create(CultureInfo.InvariantCulture, $"{counted} of the {needed} votes needed {(counted == 1 ? "is" : "are")} in.");

    /// <summary>Those who hold a kind of seat, however many: "young people", "data protection".</summary>
    public static string From(string seat) => seat switch
    {
        "youth" => "young people",
        "lay" => "lay members",
        _ => SeatTitles.Of(seat),
    };

    /// <summary>Where a rule comes from: the ten concerns (docs, "Where the questions come from") by their names, law as it is.</summary>
    public static string Source(string source) => source switch
    {
        "T1" => "privacy, and what is right to look at (T1)",
        "T2" => "young people being treated as criminals (T2)",
        "T3" => "predictions that are wrong (T3)",
        "T4" => "software that is unfair to some (T4)",
        "T5" => "looking too closely at a place (T5)",
        "T6" => "online talk is not the same as violence (T6)",
        "T7" => "what lies behind, and other ways to help (T7)",
        "T8" => "the good in online life, and no judging (T8)",
        "T9" => "young people's voice (T9)",
        "T10" => "openness (T10)",
        _ => source,
    };

    /// <summary>How far a member is; once the stage is closed, what they did.</summary>
    public static string Of(Progress progress, bool open) => progress switch
    {
        Progress.Voted => "Has voted",
        Progress.AskedAgain => open ? "Asked to vote again" : "Voted, on an earlier version",
        Progress.Recused => "Has stepped back",
        Progress.Proposing => "Proposes this, so cannot vote",
        _ => open ? "Has not voted yet" : "Did not vote",
    };

    /// <summary>The colour of an outcome's tag.</summary>
    public static string ColourOf(Review.Events.StageOutcome outcome) => outcome switch
    {
        Review.Events.StageOutcome.Approved or Review.Events.StageOutcome.ApprovedWithConditions => "green",
        Review.Events.StageOutcome.ChangesRequested => "orange",
        Review.Events.StageOutcome.Objected => "red",
        _ => "grey",
    };

    /// <summary>The colour of a vote's tag.</summary>
    public static string ColourOf(Review.Events.VoteChoice choice) => choice switch
    {
        Review.Events.VoteChoice.Approve or Review.Events.VoteChoice.ApproveWithConditions => "green",
        Review.Events.VoteChoice.MinorChanges or Review.Events.VoteChoice.MajorChanges => "orange",
        Review.Events.VoteChoice.Object => "red",
        _ => "grey",
    };

    /// <summary>How much a screening rule weighs, in words.</summary>
    public static (string Text, string Colour) Of(Review.Screening.Severity severity) => severity switch
    {
        Review.Screening.Severity.RedLine => ("Needs the closest look", "red"),
        Review.Screening.Severity.Concern => ("Look at this", "orange"),
        _ => ("Good to know", "grey"),
    };

    /// <summary>A count with its noun, such as "1 young person" or "12 young people".</summary>
    public static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    /// <summary>A day as people write it.</summary>
    public static string Day(DateOnly day) => UkTime.Date(day);
}
