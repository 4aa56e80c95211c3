using Governance.Web.Security;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Composition;

/// <summary>The pages: their registrations, their place in the pipeline, and their routes.</summary>
public static class FrontEnd
{
    /// <summary>Where a refusal's page is, by status code.</summary>
    const string StatusPage = "/errors/{0}";

    /// <summary>Registers Razor Pages and what the forms need.</summary>
    public static IServiceCollection AddFrontEnd(this IServiceCollection services)
    {
        services.AddRazorPages();
        services.AddProblemDetails();
        services.AddScoped<UnreadMessages>();
        services.Configure<RouteOptions>(options => options.LowercaseUrls = true);
        services.Configure<Microsoft.AspNetCore.Mvc.MvcOptions>(options =>
        {
            options.ModelBinderProviders.Insert(0, new DateFieldBinderProvider());
            // What is required is said once, by the validators, in words for people.
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            PlainWords(options.ModelBindingMessageProvider);
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "governance.form";
            options.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The content security policy forbids frames, and says so more exactly than the header set here by default.
            options.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>
    /// Headers, error pages and static files. Goes first. It also places routing, so that authentication and
    /// authorisation can follow it and their refusals still get a page and its headers.
    /// </summary>
    public static WebApplication UseFrontEnd(this WebApplication app)
    {
        app.UseSecurityHeaders();
        if (!app.Environment.IsDevelopment())
            app.UseHsts();
        // A caller of the API gets problem details, a person gets a page. Neither ever gets an exception's text.
        app.UseWhen(IsApi, api =>
        {
            api.UseExceptionHandler();
            api.UseStatusCodePages();
        });
        app.UseWhen(context => !IsApi(context), pages =>
        {
            pages.UseExceptionHandler("/errors/500");
            pages.UseStatusCodePagesWithReExecute(StatusPage);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            // Styles and scripts are asked for with a digest of their content (asp-append-version): that address never changes.
            OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] =
                file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, no-cache",
        });
        app.UseRouting();
        return app;
    }

    /// <summary>The routes of the pages. Goes last.</summary>
    public static WebApplication MapFrontEnd(this WebApplication app)
    {
        app.MapRazorPages();
        return app;
    }

    static bool IsApi(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || context.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase);

    static void PlainWords(DefaultModelBindingMessageProvider say)
    {
        say.SetAttemptedValueIsInvalidAccessor((_, field) => $"{field}: this is not an answer we can use");
        say.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => "This is not an answer we can use");
        say.SetUnknownValueIsInvalidAccessor(field => $"{field}: this is not an answer we can use");
        say.SetNonPropertyUnknownValueIsInvalidAccessor(() => "This is not an answer we can use");
        say.SetValueIsInvalidAccessor(_ => "This is not an answer we can use");
        say.SetValueMustBeANumberAccessor(field => $"{field} must be a number");
        say.SetNonPropertyValueMustBeANumberAccessor(() => "This must be a number");
        say.SetMissingBindRequiredValueAccessor(field => $"{field}: give an answer");
        say.SetMissingKeyOrValueAccessor(() => "Give an answer");
        say.SetValueMustNotBeNullAccessor(_ => "Give an answer");
        say.SetMissingRequestBodyRequiredValueAccessor(() => "The request holds nothing");
    }
}
