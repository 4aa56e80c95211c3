using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Pages.Errors;

/// <summary>
/// What went wrong with a request, and what to do next. Reached by running a refused request again under this address,
/// whatever its method was, so it has no handlers and asks for no form token.
/// </summary>
[AllowAnonymous, IgnoreAntiforgeryToken, ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class StatusModel(IWebHostEnvironment environment) : PageModel
{
    /// <summary>The heading, what it means, and what to do, for one status code.</summary>
    public sealed record Words(string Heading, string Meaning, params IReadOnlyList<string> Next);

    static readonly Dictionary<int, Words> ByCode = new()
    {
        [400] = new("We could not read what you sent",
            "Something was missing from the form, or the page had been open for a long time. Nothing has been saved.",
            "Go back and load the page again.", "If you wrote a long answer, copy it first.", "Send the form again."),
        [403] = new("You cannot do this",
            "You are signed in, but your role does not let you do this, or you are not part of this review.",
            "If you expected to be able to, ask the person who runs your panel or team.", "If you have another account, sign out and use that one."),
        [404] = new("Page not found",
            "There is no such page, or it is not one that you can see.",
            "If you typed the address, check it.", "If you pasted it, check that you copied all of it.", "If you followed a link on this site, tell us."),
        [405] = new("This page does not work that way",
            "The page was asked for in a way it does not take. Nothing has been saved.",
            "Go to the page from a link on this site."),
        [409] = new("Someone else changed this first",
            "While you had the page open, another person changed the same thing. Your change has not been saved, so that theirs is not lost.",
            "Go back and load the page again to see what changed.", "If your change still makes sense, make it again."),
        [413] = new("That was too large",
            "A file or an answer was larger than we can take. Nothing has been saved.",
            "Make the file smaller, or split it in two.", "Go back and try again."),
        [429] = new("Too many tries",
            "There were too many requests from you in a short time, so we have stopped for a moment. Nothing is wrong with your account.",
            "Wait one minute.", "Then try again."),
        [500] = new("Something went wrong on our side",
            "This is our fault, not yours. If you were saving something, it may not have been saved.",
            "Wait a minute and try again.", "Check whether what you did is there before you do it again.", "If it keeps happening, tell us, and give the code below."),
        [503] = new("The service is not available",
            "We are working on it, or it is starting up.",
            "Wait a few minutes and try again.", "If it stays like this, tell an administrator."),
    };

    /// <summary>The status code in the address; one that we have no page for counts as 404 or 500.</summary>
    public int Code { get; private set; }

    /// <summary>What the page says.</summary>
    public Words Says => ByCode[Code];

    /// <summary>The service's own words for the refusal, where it gave any.</summary>
    public string? Refusal => HttpContext.Items[ReviewPage.RefusalItem] as string;

    /// <summary>What finds the failure in the service's own log. Only for failures that are ours and not explained.</summary>
    public string? Trace => Code >= 500 && Refusal is null ? System.Diagnostics.Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier : null;

    /// <summary>The exception, for developers. Null everywhere but in Development.</summary>
    public string? Details =>
        environment.IsDevelopment() ? HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error.ToString() : null;

    /// <inheritdoc/>
    public override void OnPageHandlerExecuting(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context)
    {
        var asked = int.TryParse(RouteData.Values["code"] as string, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var code) ? code : 404;
        Code = ByCode.ContainsKey(asked) ? asked : asked >= 500 ? 500 : asked is >= 400 and < 500 ? 400 : 404;
        Response.StatusCode = asked is >= 400 and < 600 ? asked : 404;
        // What was wrong with the refused form is no error of this page.
        ModelState.Clear();
        HttpContext.Items.Remove(typeof(Governance.Web.TagHelpers.PageErrors));
    }
}
