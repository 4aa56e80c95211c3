using System.Text.Json;
using Governance.Review;

namespace Governance.Service.People;

/// <summary>Roles in words, and as configuration, entries and the command line write them.</summary>
public static class RoleTitles
{
    /// <summary>The name for people, such as "Young panel member".</summary>
    public static string Of(Role role) => role switch
    {
        Role.ProjectLead => "Project lead",
        Role.PanelMember => "Panel member",
        Role.YouthPanelMember => "Young panel member",
        Role.Facilitator => "Youth worker",
        Role.Chair => "Chair",
        Role.Auditor => "Auditor",
        Role.Administrator => "Administrator",
        _ => role.ToString(),
    };

    /// <summary>What the role lets a person do, in one sentence.</summary>
    public static string Meaning(Role role) => role switch
    {
        Role.ProjectLead => "Writes proposals and answers questions about them",
        Role.PanelMember => "Reviews proposals and votes, on the panels where they have a seat",
        Role.YouthPanelMember => "A young person who reviews proposals and votes, on the panels where they have a seat",
        Role.Facilitator => "Works with young people and puts what they say on record",
        Role.Chair => "Closes stages and makes the decision",
        Role.Auditor => "Reads everything that was submitted, and checks and exports the record",
        Role.Administrator => "Looks after accounts, roles and panels",
        _ => "",
    };

    /// <summary>The name for machines, such as <c>youth_panel_member</c>.</summary>
    public static string Name(Role role) => JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    /// <summary>Reads a machine's name; null when there is no such role.</summary>
    public static Role? Parse(string name) =>
        Enum.GetValues<Role>().Where(r => string.Equals(Name(r), name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase)).Select(r => (Role?)r).FirstOrDefault();
}
