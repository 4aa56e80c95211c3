using Governance.Review.Proposals;

namespace Governance.Web.Pages.Audit;

/// <summary>Words that the audit pages share.</summary>
public static class AuditWords
{
    public static string Of(Phase phase) => phase switch
    {
        Phase.Draft => "draft",
        Phase.InReview => "under review",
        Phase.AwaitingDetermination => "waiting for the decision",
        Phase.Determined => "decided",
        Phase.Withdrawn => "withdrawn",
        _ => phase.ToString(),
    };

    /// <summary>A role as entries write it, in words.</summary>
    public static string Role(string role) => role.Replace('_', ' ');
}
