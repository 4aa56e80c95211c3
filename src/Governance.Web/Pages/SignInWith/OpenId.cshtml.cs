using Governance.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Pages.SignInWith;

/// <summary>Sends somebody to the OpenID provider. A link and not a form: our forms must not lead to another site.</summary>
[AllowAnonymous]
public sealed class OpenIdModel(OpenIdOffer offer) : PageModel
{
    public IActionResult OnGet(string? returnUrl) => offer.Provider is null
        ? NotFound()
        : Challenge(new Microsoft.AspNetCore.Authentication.AuthenticationProperties { RedirectUri = Url.IsLocalUrl(returnUrl) ? returnUrl : "/" }, OpenId.Scheme);
}
