using System.Globalization;
using Governance.Review.Events;

namespace Governance.Review.Stages;

/// <summary>Outcomes and choices in words.</summary>
public static class OutcomeTitles
{
    public static string Of(StageOutcome outcome) => outcome switch
    {
        StageOutcome.Approved => "Approved",
        StageOutcome.ApprovedWithConditions => "Approved with conditions",
        StageOutcome.ChangesRequested => "Changes requested",
        StageOutcome.Objected => "Objected",
        StageOutcome.Overdue => "Overdue: started again",
        _ => outcome.ToString(),
    };

    public static string Of(VoteChoice choice) => choice switch
    {
        VoteChoice.Approve => "Approve",
        VoteChoice.ApproveWithConditions => "Approve with conditions",
        VoteChoice.MinorChanges => "Minor changes needed",
        VoteChoice.MajorChanges => "Major changes needed",
        VoteChoice.Object => "Object",
        VoteChoice.Abstain => "Abstain",
        _ => choice.ToString(),
    };

    public static string Of(DeterminationOutcome outcome) => outcome switch
    {
        DeterminationOutcome.Favourable => "Favourable",
        DeterminationOutcome.FavourableWithConditions => "Favourable with conditions",
        DeterminationOutcome.Provisional => "Provisional: more information needed",
        DeterminationOutcome.Unfavourable => "Unfavourable",
        _ => outcome.ToString(),
    };

    public static string Of(ConcernResponse response) => response switch
    {
        ConcernResponse.WillChange => "We will change this",
        ConcernResponse.AlreadyMet => "This is already met",
        ConcernResponse.WillNotChange => "We will not change this",
        _ => response.ToString(),
    };
}

/// <summary>Seats on panels in words.</summary>
public static class SeatTitles
{
    /// <summary>Every kind of seat, with its name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["chair"] = "chair",
        ["data_protection"] = "data protection",
        ["lay"] = "lay member",
        ["research"] = "research",
        ["youth"] = "young person",
        ["youth_justice"] = "youth justice",
    };

    public static string Of(string seat) => All.TryGetValue(seat, out var title) ? title : seat.Replace('_', ' ');

    /// <summary>So many votes from one kind of seat: "1 young person", "2 young people", "1 for data protection".</summary>
    public static string Count(string seat, int number) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {seat switch
    {
        "youth" => number == 1 ? "young person" : "young people",
        "lay" or "chair" => Of(seat) + (number == 1 ? "" : "s"),
        _ => $"for {Of(seat)}",
    }}");
}
