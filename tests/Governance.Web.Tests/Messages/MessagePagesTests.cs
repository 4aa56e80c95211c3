using System.Net;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Notifications;
using Governance.Service.Stages;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Messages;

/// <summary>Messages at a browser without scripts: the count beside the link, reading, marking, and where they lead.</summary>
public sealed class MessagePagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    internal static async Task Deliver(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        while (await scope.ServiceProvider.GetRequiredService<MessageDelivery>().DeliverAsync(lease!, default)) { }
    }

    [Fact]
    public async Task A_message_is_counted_beside_the_link_until_it_is_read_and_leads_to_what_it_is_about()
    {
        // What other tests on this site had told them.
        await Deliver(site.Services);
        await site.Send(new MarkRead { Actor = site.Privacy[0], UpTo = site.Clock.GetUtcNow() });
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await Deliver(site.Services);
        var browser = await site.As(site.Privacy[0]);
        var work = await browser.Get("/work");
        Assert.Equal("1", Count(work));
        var page = await browser.Get("/messages");
        Assert.Equal("Messages", page.Heading);
        Assert.Contains("1 unread message.", page.Text, StringComparison.Ordinal);
        Assert.Contains($"The Privacy stage of {reference} is open, and you are on its panel.", page.Text, StringComparison.Ordinal);
        var stage = await browser.Get(page.Document.QuerySelector(".app-work__item a")!.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, stage.Status);
        Assert.Equal($"/proposals/{reference}/stages/privacy", stage.Path);

        page = await browser.Submit(page, form: ".app-work__item form");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Null(Count(page));
        Assert.Contains("You have read everything.", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector(".app-work__item form"));
        Assert.Contains("You have read everything.", (await browser.Get("/messages?unread=true")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_names_the_proposal_to_those_who_may_see_it_and_no_more_to_whoever_stepped_back()
    {
        const string Title = "Lanterns and their makers";
        var reference = await site.Submitted(SampleAnswers.ServiceDesign.With("title", Title));
        await Deliver(site.Services);
        var browser = await site.As(site.Privacy[2]);
        Assert.Contains($"“{Title}”", (await browser.Get("/messages")).Text, StringComparison.Ordinal);
        await site.Send(new Recuse { Actor = site.Privacy[2], Reference = reference, Stage = StageIds.Privacy, Conflict = "A cousin makes lanterns." });
        var after = (await browser.Get("/messages")).Text;
        Assert.Contains(reference, after, StringComparison.Ordinal);
        Assert.DoesNotContain(Title, after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marking_all_leaves_what_came_after_the_page_was_opened()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign, site.OtherLead);
        async Task Ask(string text)
        {
            await site.Send(new AskQuestion { Actor = site.Privacy[1], Reference = reference, Stage = StageIds.Privacy, Text = text });
            await Deliver(site.Services);
            site.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        await Ask("One?");
        await Ask("Two?");
        var browser = await site.As(site.OtherLead);
        var page = await browser.Get("/messages");
        Assert.Equal("2", Count(page));
        await Ask("Three?");
        page = await browser.Submit(page);
        Assert.Equal("1", Count(page));
        Assert.Equal(3, page.Document.QuerySelectorAll(".app-work__item").Length);
        Assert.Single(page.Document.QuerySelectorAll(".app-message--unread"));
        // What was typed is nowhere but in the proposal.
        Assert.DoesNotContain("Three?", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_without_messages_is_told_when_they_would_get_one_and_a_place_that_is_none_is_refused()
    {
        var browser = await site.As(site.Auditor);
        var page = await browser.Get("/messages");
        Assert.Contains("You have no messages.", page.Text, StringComparison.Ordinal);
        Assert.Null(Count(page));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Get("/messages?after=nowhere")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/messages/undelivered")).Status);
        Assert.Contains("/sign-in", (await site.Nobody().Get("/messages")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_sees_that_every_e_mail_went_out_and_an_account_page_says_that_none_are_sent()
    {
        var browser = await site.As(site.Administrator);
        Assert.Equal("/messages/undelivered", (await browser.Get("/messages")).Link("See e-mails that could not be delivered"));
        Assert.Contains("No e-mail is on this list.", (await browser.Get("/messages/undelivered")).Text, StringComparison.Ordinal);
        Assert.Contains("This service sends no e-mails.", (await browser.Get("/account")).Text, StringComparison.Ordinal);
    }

    static string? Count(Seen page) => page.Document.QuerySelector(".app-nav__count")?.TextContent.Replace(", ", "", StringComparison.Ordinal).Replace(" unread", "", StringComparison.Ordinal).Trim();
}

/// <summary>The same where a mail server is configured, that is never there.</summary>
public sealed class MailPagesTests(MailPagesTests.Mailing site) : IClassFixture<MailPagesTests.Mailing>
{
    public sealed class Mailing : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings =>
        [
            ("Mail:Host", "127.0.0.1"), ("Mail:Port", "9"), ("Mail:Tls", "None"), ("Mail:From", "review@example.org"), ("Mail:SiteAddress", "https://review.example.org"),
        ];
    }

    [Fact]
    public async Task A_person_switches_e_mails_off_and_on()
    {
        var browser = await site.As(site.Lead);
        var page = await browser.Get("/account");
        page = await browser.Submit(page, form: "form[action*='Mail']");
        Assert.Contains("You get no more e-mails", page.Text, StringComparison.Ordinal);
        Assert.False((await site.Send(new GetMailChoice(site.Lead))).Wanted);
        page = await browser.Submit(page, form: "form[action*='Mail']");
        Assert.Contains("You get e-mails from now on", page.Text, StringComparison.Ordinal);
        Assert.True((await site.Send(new GetMailChoice(site.Lead))).Wanted);
    }

    [Fact]
    public async Task An_administrator_sees_what_was_given_up_and_sends_it_again_or_takes_it_off_the_list()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await MessagePagesTests.Deliver(site.Services);
        await using (var scope = site.Services.CreateAsyncScope())
        {
            // As it is after the last try.
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            await session.BeginWriteAsync(CancellationToken.None);
            await session.ExecuteAsync("UPDATE message_mail SET tries = 6, fault = 'The mail server could not be reached, or broke off', failed_at = @now WHERE seq = (SELECT MIN(seq) FROM message_mail)", new { now = site.Clock.GetUtcNow() });
            await session.CommitAsync();
        }
        var browser = await site.As(site.Administrator);
        var page = await browser.Get("/messages/undelivered");
        Assert.Contains(reference, page.Text, StringComparison.Ordinal);
        Assert.Contains("The mail server could not be reached", page.Text, StringComparison.Ordinal);
        page = await browser.Submit(page, form: "form[action*='Again']");
        Assert.Contains("No e-mail is on this list.", page.Text, StringComparison.Ordinal);
        Assert.Contains("being sent, or tried again later", page.Text, StringComparison.Ordinal);
    }
}
