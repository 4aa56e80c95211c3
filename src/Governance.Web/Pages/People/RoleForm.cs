using System.Collections.Immutable;
using Governance.Review;
using Governance.Service.People;

namespace Governance.Web.Pages.People;

/// <summary>Roles as a form sends them.</summary>
static class RoleForm
{
    /// <exception cref="InvalidException">There is no such role: the form was changed on its way.</exception>
    public static ImmutableHashSet<Role> Read(IEnumerable<string> names) =>
        [.. names.Select(n => RoleTitles.Parse(n) ?? throw new InvalidException("Roles", "There is no such role"))];
}
