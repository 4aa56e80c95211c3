using Governance.Review;
using Governance.Service.Pipeline;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Pages;

/// <summary>
/// A page for somebody who is signed in. It holds no rules: it sends requests, and turns the four kinds of refusal into
/// what a person sees. What was typed is never lost: a refused form comes back as it was sent.
/// </summary>
public abstract class ReviewPage(IMediator mediator) : PageModel
{
    /// <summary>Where the error page finds the words of a refusal.</summary>
    public const string RefusalItem = "refusal";

    public Actor Actor => HttpContext.GetActor();

    protected IMediator Mediator => mediator;

    protected Task<T> Send<T>(IRequest<T> request) => mediator.Send(request, HttpContext.RequestAborted);

    /// <summary>Loads what the page shows. Runs before a refused form is shown again; a GET handler calls it too.</summary>
    protected abstract Task LoadAsync();

    /// <summary>The form field that a fault belongs to. Pages whose inputs are named otherwise say so here.</summary>
    protected virtual string InputName(string fault) => fault;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        if (executed.Exception is not RefusalException refusal || executed.ExceptionHandled) return;
        executed.ExceptionHandled = true;
        executed.Result = await AnswerAsync(refusal);
    }

    async Task<IActionResult> AnswerAsync(RefusalException refusal)
    {
        if (HttpMethods.IsPost(Request.Method) && refusal is InvalidException or ConflictException)
        {
            try
            {
                await LoadAsync();
            }
            catch (RefusalException again)
            {
                return Refused(again);
            }
            if (refusal is InvalidException invalid)
            {
                foreach (var fault in invalid.Faults) ModelState.AddModelError(InputName(fault.Field), fault.Message);
            }
            else
            {
                ModelState.AddModelError("", refusal.Message);
            }
            var page = Page();
            page.StatusCode = refusal is InvalidException ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict;
            return page;
        }
        return Refused(refusal);
    }

    StatusCodeResult Refused(RefusalException refusal)
    {
        HttpContext.Items[RefusalItem] = refusal.Message;
        return StatusCode(refusal switch
        {
            NotFoundException => StatusCodes.Status404NotFound,
            NotAllowedException => StatusCodes.Status403Forbidden,
            ConflictException => StatusCodes.Status409Conflict,
            UnavailableException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        });
    }
}
