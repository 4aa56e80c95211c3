using System.Net;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using static Governance.Web.Tests.Stages.StageForms;

namespace Governance.Web.Tests.Stages;

public sealed class YouthVoicePageTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_session_and_its_concerns_are_recorded_answered_and_shown_as_what_their_words_changed()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var stage = Address(reference, StageIds.YouthVoice);
        var worker = await site.As(site.Facilitator);
        Assert.Equal($"{stage}/session", (await worker.Get(stage)).Link("Record a session"));

        var page = await worker.Get($"{stage}/session");
        var refused = await worker.Submit(page, [("Input.YoungPeople", "a few"), ("Input.Space", "In the youth club"), ("Input.On", null)]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(6, refused.Errors.Count);
        refused.AssertErrorsLead();
        Assert.Equal("a few", refused.Typed("Input.YoungPeople"));
        Assert.Equal("In the youth club", refused.Typed("Input.Space"));

        var concern = await worker.Submit(refused,
            [("Input.On", "31"), ("Input.On", "10"), ("Input.On", "2026"), ("Input.YoungPeople", "9"), ("Input.AgeBands", "16_17"), ("Input.Method", "workshop"), ("Input.Voice", "Cards and drawings"), ("Input.Feedback", "A visit in May")]);
        Assert.Equal("Add a concern", concern.Heading);
        Assert.Equal("s1", concern.Typed("Session"));
        var empty = await worker.Submit(concern, [("Text", "")], "asked=done");
        empty.AssertErrorsLead();
        await worker.Submit(empty, [("Text", "Will our jokes be read as threats?")], "asked=another");

        var young = await site.As(site.Youth[0]);
        var own = await young.Submit(await young.Get($"{stage}/concern"), [("Text", "Who is watching?")], "asked=done");
        Assert.Contains("Who is watching?", own.Text, StringComparison.Ordinal);
        var card = own.Document.QuerySelectorAll(".app-stage-card").Single(c => c.TextContent.Contains("Who is watching?", StringComparison.Ordinal));
        Assert.DoesNotContain("Yuna", card.TextContent, StringComparison.Ordinal);

        foreach (var member in site.Youth) await site.Vote(member, reference, StageIds.YouthVoice);
        var chair = await site.As(site.Chair);
        var close = await chair.Get($"{stage}/close");
        Assert.Contains("The lead has not answered 2 of the young people's concerns", close.Text, StringComparison.Ordinal);
        // Nobody is sent there before it can be done, and the stage itself says what is missing.
        Assert.DoesNotContain(reference, (await chair.Get("/work")).Text, StringComparison.Ordinal);
        var waiting = await chair.Get(stage);
        Assert.Contains("The stage cannot close yet. The lead has not answered 2 of the young people's concerns", waiting.Text, StringComparison.Ordinal);
        Assert.Equal($"{stage}/close", waiting.Link("See what is missing before the stage can close"));

        await site.Send(new AnswerConcern { Actor = site.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.WillChange, Text = "Two young readers check each one." });
        var after = await young.Get(stage);
        Assert.Contains("What your words changed", after.Text, StringComparison.Ordinal);
        Assert.Contains("The lead: We will change thisTwo young readers check each one.", after.Text, StringComparison.Ordinal);
        Assert.Contains("From the session on 31 October 2026", after.Text, StringComparison.Ordinal);
        Assert.Contains("9 young people, 16", after.Text, StringComparison.Ordinal);
        Assert.Contains("A workshop.", after.Text, StringComparison.Ordinal);

        await site.Send(new AnswerConcern { Actor = site.Lead, Reference = reference, Concern = "n2", Response = ConcernResponse.WillChange, Text = "Only the readers." });
        Assert.Contains($"{stage}/close", (await chair.Get("/work")).Document.QuerySelectorAll(".app-work__item a").Select(a => a.GetAttribute("href")));
        (await chair.Submit(await chair.Get($"{stage}/close"), [("Input.Summary", "Heard.")], "asked=close")).AssertDone("The stage is closed");
    }

    [Fact]
    public async Task A_session_in_the_future_and_a_date_that_is_none_are_refused_with_what_was_typed()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var worker = await site.As(site.Facilitator);
        var page = await worker.Get($"{Address(reference, StageIds.YouthVoice)}/session");
        (string, string?)[] rest = [("Input.YoungPeople", "9"), ("Input.AgeBands", "16_17"), ("Input.Method", "workshop"), ("Input.Space", "s"), ("Input.Voice", "v"), ("Input.Feedback", "f")];
        var wrong = await worker.Submit(page, [("Input.On", "31"), ("Input.On", "2"), ("Input.On", "2026"), .. rest]);
        Assert.Equal("#Input_On", wrong.Errors.Single().Href);
        Assert.Equal("31", wrong.Typed("Input.On"));
        var future = await worker.Submit(wrong, [("Input.On", "1"), ("Input.On", "2"), ("Input.On", "2099")]);
        Assert.Equal(("Enter the day when the session was held. It cannot be in the future.", "#Input_On"), future.Errors.Single());
    }

    [Theory]
    [InlineData("session")]
    [InlineData("concern")]
    public async Task Only_the_youth_voice_stage_has_sessions_and_concerns(string page)
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var answer = await (await site.As(site.Facilitator)).Get($"{Address(reference, StageIds.Privacy)}/{page}");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        var refused = await (await site.As(site.Privacy[0])).Get($"{Address(reference, StageIds.YouthVoice)}/{page}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Your role does not let you do this.", refused.Text, StringComparison.Ordinal);
    }
}
