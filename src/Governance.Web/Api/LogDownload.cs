using Governance.Review;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Web.Auth;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Api;

/// <summary>Sends the whole log to a browser or a program while it is read, so that no answer is ever held in memory.</summary>
public static class LogDownload
{
    internal static async Task GetAsync(HttpContext context, [FromServices] LogExport export, string? depth)
    {
        if (DepthNames.Parse(depth) is not { } how)
            throw new InvalidException("Depth", "Give one of: public, panel, full.");
        await SendAsync(context, export, context.GetActor(), how);
    }

    /// <summary>Records the export, then sends it.</summary>
    /// <exception cref="NotAllowedException">The person may not export the log; nothing was sent.</exception>
    public static async Task SendAsync(HttpContext context, LogExport export, Actor actor, Depth depth)
    {
        var log = await export.PrepareAsync(actor, depth, context.RequestAborted);
        // The zip writer of the framework writes synchronously; that is allowed for this answer alone.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(log.FileName);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.ContentType = "application/zip";
        export.Write(context.Response.Body, log, null, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
