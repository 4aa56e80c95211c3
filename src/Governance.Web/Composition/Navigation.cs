using System.Security.Claims;

namespace Governance.Web.Composition;

/// <summary>The links at the top of every page, by what the person may do.</summary>
public static class Navigation
{
    /// <summary>A link. <see cref="Roles"/> is empty when everyone who is signed in gets it.</summary>
    public sealed record Link(string Href, string Text, params IReadOnlyList<string> Roles);

    /// <summary>Where a person's messages are. The layout adds how many are unread.</summary>
    public const string Messages = "/messages";

    static readonly Link[] All =
    [
        new("/work", "My work"),
        new(Messages, "Messages"),
        new("/proposals", "Proposals"),
        new("/audit", "Audit", "auditor", "administrator"),
        new("/people", "People", "administrator"),
        new("/erasure", "Erasure", "administrator"),
    ];

    /// <summary>The links for this person, none for one who is not signed in.</summary>
    public static IReadOnlyList<Link> For(ClaimsPrincipal person) =>
        person.Identity?.IsAuthenticated == true
            ? [.. All.Where(link => link.Roles.Count == 0 || link.Roles.Any(person.IsInRole))]
            : [];

    /// <summary>Whether the page at <paramref name="path"/> belongs to the link's part of the site.</summary>
    public static bool IsWithin(this Link link, PathString path) =>
        path.StartsWithSegments(link.Href, StringComparison.OrdinalIgnoreCase);
}
