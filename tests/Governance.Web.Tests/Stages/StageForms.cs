using System.Net;
using AngleSharp.Dom;
using Governance.Review.Events;
using Governance.Service.Pipeline;

namespace Governance.Web.Tests.Stages;

/// <summary>What people do on a stage's pages, done through its forms.</summary>
static class StageForms
{
    public static string Address(string reference, string stage) => $"/proposals/{reference}/stages/{stage}";

    public static async Task<Seen> Stage(this SiteFixture site, Actor person, string reference, string stage) =>
        await (await site.As(person)).Get(Address(reference, stage));

    /// <summary>Fills in the vote's form and sends it; gives the page that follows.</summary>
    public static async Task<Seen> Vote(
        this SiteFixture site, Actor person, string reference, string stage, VoteChoice choice = VoteChoice.Approve, params (string Name, string? Value)[] more)
    {
        var browser = await site.As(person);
        var page = await browser.Get($"{Address(reference, stage)}/vote");
        Assert.Equal("Your vote", page.Heading);
        return await browser.Submit(page, [("Input.Choice", choice.ToString()), ("Input.Rationale", $"Reasons of {person.Name}."), .. more], "asked=cast");
    }

    public static void AssertDone(this Seen page, string heading)
    {
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.True(heading == page.Heading, $"{page.Heading}: {string.Join(' ', page.Errors.Select(e => e.Text))}");
    }

    /// <summary>Every line of the summary leads to something on the page, and the title says that there is an error.</summary>
    public static void AssertErrorsLead(this Seen page)
    {
        Assert.NotEmpty(page.Errors);
        Assert.StartsWith("Error:", page.Document.Title, StringComparison.Ordinal);
        Assert.All(page.Errors, e => Assert.NotNull(e.Href is null ? null : page.Document.GetElementById(e.Href.TrimStart('#'))));
    }

    public static string? Typed(this Seen page, string name) =>
        Browser.Standing(page.Document.QuerySelector<AngleSharp.Html.Dom.IHtmlFormElement>("main form[method=post]")!).Where(f => f.Name == name).Select(f => f.Value).FirstOrDefault();
}
