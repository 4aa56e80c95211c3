using System.Collections.Immutable;
using System.Globalization;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Account;

/// <summary>What the service knows of the person who is signed in, and their tokens for the API.</summary>
public sealed class IndexModel(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>A token to be made.</summary>
    public sealed record Form
    {
        public string? Name { get; init; }

        public string? Days { get; init; } = "90";
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    public ImmutableArray<TokenLine> Tokens { get; private set; } = [];

    /// <summary>The token that was just made: on this one page and never again, so not kept for a page after a redirect.</summary>
    public CreatedToken? Created { get; private set; }

    protected override string InputName(string fault) => $"Input.{fault}";

    /// <summary>Whether messages are mailed too.</summary>
    public MailChoice Mail { get; private set; } = new(Offered: false, Wanted: false);

    /// <summary>Whether a code is asked for at sign-in.</summary>
    public CodesState Codes { get; private set; } = null!;

    protected override async Task LoadAsync()
    {
        Tokens = await Send(new ListTokens { Actor = Actor });
        Mail = await Send(new GetMailChoice(Actor));
        Codes = await Send(new GetCodes(Actor));
    }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostTokenAsync()
    {
        var days = int.TryParse(Input.Days, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var n) ? n : 0;
        Created = await Send(new CreateToken { Actor = Actor, Name = Input.Name ?? "", Days = days });
        ModelState.Clear();
        Input = new();
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostMailAsync(bool wanted)
    {
        await Send(new ChooseMail { Actor = Actor, Wanted = wanted });
        this.NoticeDone(wanted ? "You get e-mails from now on" : "You get no more e-mails");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id)
    {
        await Send(new RevokeToken { Actor = Actor, Id = id });
        this.NoticeDone("The token no longer works");
        return RedirectToPage();
    }
}
