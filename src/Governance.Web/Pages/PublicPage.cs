using MediatR;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Pages;

/// <summary>A page of the public register: for everybody, signed in or not. It needs no cookie and sets none.</summary>
public abstract class PublicPage(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>
    /// Lets any cache keep the answer for five minutes: long enough to spare the service a crowd, short enough that what is
    /// erased is soon gone from caches too. With somebody's name at the top it is kept by none.
    /// </summary>
    public const string Caching = "public, max-age=300";

    /// <summary>Goes after what the page shows was found: a refusal is not to be kept.</summary>
    protected void MayBeKept()
    {
        Response.Headers.Vary = HeaderNames.Cookie;
        if (User.Identity?.IsAuthenticated != true) Response.Headers.CacheControl = Caching;
    }
}
