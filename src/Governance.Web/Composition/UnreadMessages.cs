using System.Data.Common;
using System.Globalization;
using Governance.Review;
using Governance.Service.Notifications;
using Governance.Web.Auth;
using MediatR;

namespace Governance.Web.Composition;

/// <summary>How many unread messages whoever asks for a page has: it stands beside the link to them.</summary>
public sealed class UnreadMessages(IMediator mediator)
{
    /// <summary>More than this is not worth telling apart.</summary>
    const int Most = 99;

    /// <summary>What the page itself has counted, so that it is not counted again for the link.</summary>
    public long? Known { get; set; }

    /// <summary>0 where nobody is signed in.</summary>
    public async Task<long> CountAsync(HttpContext context)
    {
        if (Known is { } known) return known;
        if (context.FindActor() is not { } actor) return 0;
        try
        {
            return await mediator.Send(new CountUnread(actor.Id), context.RequestAborted);
        }
        catch (Exception e) when (e is DbException or RefusalException or InvalidOperationException)
        {
            // This is on error pages too: that the database cannot be asked must not keep anybody from reading why.
            return 0;
        }
    }

    public static string Words(long count) => count > Most ? $"{Most}+" : count.ToString(CultureInfo.InvariantCulture);
}
