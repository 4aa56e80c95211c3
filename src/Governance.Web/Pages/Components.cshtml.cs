using System.ComponentModel.DataAnnotations;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Pages;

/// <summary>
/// Every component on one page, as it is and, once the form has been sent, with its errors. In Development only: for
/// people who write pages, and for the automated accessibility checks.
/// </summary>
[AllowAnonymous]
public sealed class ComponentsModel(IWebHostEnvironment environment) : PageModel
{
    /// <summary>A form with one of each kind of field.</summary>
    public sealed record Form
    {
        /// <summary>A line of text.</summary>
        [Display(Name = "Title of the proposal")]
        public string? Title { get; init; }

        /// <summary>A secret.</summary>
        public string? Password { get; init; }

        /// <summary>A number.</summary>
        public int? People { get; init; }

        /// <summary>A long text.</summary>
        public string? Summary { get; init; }

        /// <summary>One of a few.</summary>
        public string? Vote { get; init; }

        /// <summary>What stands behind "something else".</summary>
        public string? Other { get; init; }

        /// <summary>Any of a few.</summary>
        public string[] Platforms { get; init; } = [];

        /// <summary>One of many.</summary>
        public string? Organisation { get; init; }

        /// <summary>A date.</summary>
        public DateOnly? Due { get; init; }

        /// <summary>A date as text, for drafts.</summary>
        [DateText]
        public string? Start { get; init; }

        /// <summary>A file.</summary>
        public IFormFile? Upload { get; init; }

        /// <summary>Rows of a list.</summary>
        public Row[] Rows { get; init; } = [];
    }

    /// <summary>One row of a list.</summary>
    public sealed record Row
    {
        /// <summary>Who receives the data.</summary>
        public string? Recipient { get; init; }
    }

    /// <summary>What was sent.</summary>
    [BindProperty]
    public Form Input { get; set; } = new() { Title = "Summer evenings and group chats", Vote = "approve", Platforms = ["video"], Due = new(2027, 3, 27), Start = "31/2/2027", Rows = [new() { Recipient = "Example Borough" }, new()] };

    /// <summary>The answers of a form that is made from data, where names are not properties.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["lay_summary"] = "We want to know when young people feel safe." };

    /// <summary>Choices out of data.</summary>
    public IReadOnlyList<Choice> Platforms { get; } = [new("video", "Short videos", "Public ones only"), new("chat", "Group chats"), new("photo", "Photos")];

    /// <inheritdoc/>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!environment.IsDevelopment())
            context.Result = NotFound();
    }

    /// <summary>Refuses whatever is sent, with an error on every field, in an order that is not the page's.</summary>
    public IActionResult OnPost()
    {
        Answers = Request.Form.Where(f => f.Key.StartsWith("answers[", StringComparison.Ordinal))
            .ToDictionary(f => f.Key[8..^1], f => f.Value.ToString(), StringComparer.Ordinal);
        ModelState.AddModelError("rows[onward_use][0]", "Say what the first recipient may do");
        ModelState.AddModelError("rows[onward_use][1][recipient]", "Give the second recipient a name");
        ModelState.AddModelError("Input.Rows[1].Recipient", "Enter who receives the data in row 2");
        ModelState.AddModelError("Input.Upload", "Choose a file");
        if (ModelState["Input.Due"] is not { Errors.Count: > 0 })
            ModelState.AddModelError("Input.Due", "The date must be in the future");
        ModelState.AddModelError("Input.Start", "Enter a real date for the start");
        ModelState.AddModelError("Input.Organisation", "Choose a type of organisation");
        ModelState.AddModelError("Input.Platforms", "Choose at least one platform");
        ModelState.AddModelError("Input.Vote", "Choose how you vote");
        ModelState.AddModelError("Input.Summary", "The summary is too long");
        ModelState.AddModelError("Input.Password", "Enter your password");
        ModelState.AddModelError("Input.Title", "Enter a title");
        ModelState.AddModelError("Input.Title", "The title must not name anyone");
        ModelState.AddModelError("answers[lay_summary]", "Write the summary for young people");
        ModelState.AddModelError("", "The proposal is not complete");
        return Page();
    }

    /// <summary>Says on the next page that something has been done.</summary>
    public IActionResult OnPostNotice()
    {
        this.NoticeDone("Vote recorded");
        return RedirectToPage();
    }

    /// <summary>Fails, to show what a failure looks like.</summary>
    public IActionResult OnGetFailure() => throw new InvalidOperationException("A failure made for its page");

    /// <summary>Refuses with the status that is asked for.</summary>
    public IActionResult OnGetStatus(int code) => StatusCode(code);
}
