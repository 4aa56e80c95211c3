using System.Net;
using System.Security.Claims;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Components;

/// <summary>The real site in one environment, asked over HTTP and read as a browser without scripts reads it.</summary>
public class Site : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("governance-frame-").FullName;
    readonly WebApplicationFactory<Program> host;

    /// <summary>The site as developers see it.</summary>
    public Site()
        : this("Development")
    {
    }

    Site(string environment, IFilterMetadata? filter = null)
    {
        if (environment == "Production")
            TestSite.Prepare(folder, "quiet harbour at dawn");
        host = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.On(folder, environment);
            if (filter is not null)
                web.ConfigureServices(services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(filter)));
        });
    }

    /// <summary>The site as it runs for people.</summary>
    public static Site InProduction() => new("Production");

    /// <summary>The same, where the page of components throws this message.</summary>
    public static Site InProductionFailingWith(string message) => new("Production", new Failure(message));

    /// <summary>A client that follows no redirects, since each answer is looked at on its own.</summary>
    public HttpClient Client() => host.CreateClient(new() { AllowAutoRedirect = false });

    /// <summary>An answer's body as a document.</summary>
    public static async Task<IDocument> Document(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync();
        return await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html));
    }

    /// <summary>The page of all components.</summary>
    public async Task<IDocument> Components() => await Document(await Client().GetAsync("/components"));

    /// <summary>Sends the form of the page of all components, with its token, and gives the refused page.</summary>
    public async Task<IDocument> Send(params (string Name, string Value)[] fields)
    {
        var client = Client();
        var token = (await Document(await client.GetAsync("/components"))).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        var answer = await client.PostAsync("/components", form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Document(answer);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        TestSite.Remove(folder);
        GC.SuppressFinalize(this);
    }

    /// <summary>The same, for someone who is signed in with these roles.</summary>
    public static Site SignedIn(params string[] roles) => new("Development", new Person(roles));

    sealed class Person(string[] roles) : IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context) => context.HttpContext.User =
            new(new ClaimsIdentity([new(ClaimTypes.Name, "Ada <Example>"), .. roles.Select(role => new Claim(ClaimTypes.Role, role))], "test"));

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }

    sealed class Failure(string message) : IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context)
        {
            if (context.HttpContext.Request.Path == "/components")
                throw new InvalidOperationException(message);
        }

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }
}
