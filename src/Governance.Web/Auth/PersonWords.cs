using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.People;
using Governance.Web.TagHelpers;

namespace Governance.Web.Auth;

/// <summary>Roles and seats as pages show them and forms offer them.</summary>
static class PersonWords
{
    public static IReadOnlyList<Choice> Roles { get; } =
        [.. Enum.GetValues<Role>().Select(r => new Choice(RoleTitles.Name(r), RoleTitles.Of(r), RoleTitles.Meaning(r)))];

    public static IReadOnlyList<Choice> SeatKinds { get; } =
        [.. SeatTitles.All.Select(s => new Choice(s.Key, Capital(s.Value)))];

    public static string Of(IEnumerable<Role> roles) =>
        string.Join(", ", roles.Order().Select(RoleTitles.Of)) is { Length: > 0 } words ? words : "None yet";

    /// <summary>One line for each panel, such as "Privacy panel: data protection, chair".</summary>
    public static IReadOnlyList<string> Of(IEnumerable<PanelSeat> seats) =>
        [.. seats.GroupBy(s => s.Panel)
            .OrderBy(g => StageIds.All.Index().FirstOrDefault(s => s.Item == g.Key).Index)
            .Select(g => $"{PanelName(g.Key)}: {string.Join(", ", g.Select(s => SeatTitles.Of(s.Kind)).Order(StringComparer.Ordinal))}")];

    public static string PanelName(string panel) => panel == StageIds.FullPanel ? StageTitles.Of(panel) : $"{StageTitles.Of(panel)} panel";

    /// <summary>Whether a seat lets this person vote: it counts only together with a role.</summary>
    public static bool MayVote(IEnumerable<Role> roles) => roles.Any(r => r is Role.PanelMember or Role.YouthPanelMember or Role.Chair);

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
