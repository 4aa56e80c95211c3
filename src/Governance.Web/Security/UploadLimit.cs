using System.Globalization;
using Governance.Web.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Governance.Web.Security;

/// <summary>
/// The largest request that a page takes, in bytes. One that says beforehand that it is larger is answered with 413 and a
/// page, before anything reads it; one that does not say is cut off by the server at the same size.
/// </summary>
/// <remarks>
/// Runs before the check of the form's token, which reads the form. Pages set it well above what they accept, so that
/// most of what is too large is still refused beside its field.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UploadLimitAttribute(long bytes) : Attribute, IAuthorizationFilter, IOrderedFilter
{
    public int Order => 800;

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.Request.ContentLength > bytes)
        {
            http.Items[ReviewPage.RefusalItem] = string.Create(CultureInfo.InvariantCulture, $"What you sent is larger than {bytes / 1024 / 1024} MB, so we did not take it. Nothing has been saved.");
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
            return;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = bytes;
        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions { MultipartBodyLengthLimit = bytes, BufferBodyLengthLimit = bytes }));
    }
}
