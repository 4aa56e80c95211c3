using Governance.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Pages;

/// <summary>The start page: what the service is, for those who have not signed in; everybody else goes to their work.</summary>
[AllowAnonymous]
public sealed class IndexModel : PageModel
{
    public IActionResult OnGet() => HttpContext.FindActor() is null ? Page() : Redirect("/work");
}
