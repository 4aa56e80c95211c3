using System.Globalization;
using Governance.Review;
using Governance.Service.Notifications;
using Governance.Web.Composition;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Governance.Web.Pages.Messages;

/// <summary>What somebody was told, latest first, with a way to each thing.</summary>
public sealed class IndexModel(IMediator mediator, UnreadMessages unread) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true, Name = "unread")]
    public bool OnlyUnread { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public MessagePage List { get; private set; } = null!;

    /// <summary>For administrators; null for everybody else.</summary>
    public UndeliveredMail? Undelivered { get; private set; }

    /// <summary>The time of the latest message of this page, as the form sends it back: what comes later stays unread.</summary>
    public string UpTo => List.Messages.Max(m => m.At).ToString("O", CultureInfo.InvariantCulture);

    public string? FirstPage => After is null ? null : Here(null);

    public string? NextPage => List.Next is { } next ? Here(next) : null;

    protected override async Task LoadAsync()
    {
        List = await Send(new ListMessages(Actor) { OnlyUnread = OnlyUnread, After = After, Titled = true });
        unread.Known = List.Unread;
        if (Actor.Is(Role.Administrator)) Undelivered = await Send(new ListUndelivered(Actor));
    }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostReadAsync(string message)
    {
        await Send(new MarkRead { Actor = Actor, Messages = [message] });
        return Redirect(Here(After));
    }

    public async Task<IActionResult> OnPostAllAsync(DateTimeOffset upTo)
    {
        await Send(new MarkRead { Actor = Actor, UpTo = upTo });
        return Redirect(Here(null));
    }

    string Here(string? after) => QueryHelpers.AddQueryString(Url.Content("~/messages"), new Dictionary<string, string?> { ["unread"] = OnlyUnread ? "true" : null, ["after"] = after }.Where(q => q.Value is not null));
}
