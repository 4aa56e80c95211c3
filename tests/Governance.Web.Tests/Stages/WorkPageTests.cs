using System.Net;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service;
using Governance.Web.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Stages;

public sealed class WorkPageTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_visitor_reads_what_the_service_is_and_somebody_signed_in_goes_to_their_work()
    {
        var start = await site.Nobody().Get("/");
        Assert.Equal(HttpStatusCode.OK, start.Status);
        Assert.Equal("/sign-in", start.Link("Sign in"));
        Assert.Equal(5, start.Document.QuerySelectorAll(".app-steps li").Length);
        Assert.Equal("My work", (await (await site.As(site.Auditor)).Get("/")).Heading);
    }

    [Fact]
    public async Task Somebody_with_nothing_to_do_is_told_so_and_what_they_could_do()
    {
        var lead = await (await site.As(site.OtherLead)).Get("/work");
        Assert.Contains("There is nothing for you to do right now.", lead.Text, StringComparison.Ordinal);
        Assert.Equal("/proposals/new", lead.Link("Start a proposal"));
        var auditor = await (await site.As(site.Auditor)).Get("/work");
        Assert.Equal("/proposals", auditor.Link("look at all proposals"));
    }

    [Fact]
    public async Task The_queue_names_task_proposal_stage_and_the_days_left_the_most_pressing_first()
    {
        var first = await site.Submitted(SampleAnswers.ServiceDesign);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await site.Submitted(SampleAnswers.ServiceDesign);
        var page = await (await site.As(site.Youth[0])).Get("/work");
        var items = page.Document.QuerySelectorAll(".app-work__item");
        Assert.Equal([first, second], items.Select(i => i.QuerySelector(".govuk-body-s")!.TextContent.Split(' ')[0]));
        Assert.All(items, i => Assert.Contains("working days left", i.TextContent, StringComparison.Ordinal));
        Assert.All(items, i => Assert.Single(i.QuerySelectorAll("a")));
        Assert.All(items, i => Assert.Contains(StageTitles.Of(StageIds.YouthVoice), i.TextContent, StringComparison.Ordinal));
        Assert.Contains("Talk to the youth worker", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12-24", "2026-12-23", "Overdue")]
    [InlineData("2026-12-24", "2026-12-24", "Due today")]
    [InlineData("2026-12-22", "2026-12-23", "1 working day left")]
    // Christmas Day, the bank holiday in place of Boxing Day and a weekend lie between.
    [InlineData("2026-12-24", "2026-12-29", "1 working day left")]
    [InlineData("2026-12-24", "2026-12-26", "Due before the next working day")]
    [InlineData("2026-12-07", "2026-12-14", "5 working days left")]
    public void Days_left_are_working_days_in_words(string today, string due, string words) =>
        Assert.Equal(words, StageWords.Due(Day(due), Day(today), site.Services.GetRequiredService<Rulebooks>().Calendar).Text);

    static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
