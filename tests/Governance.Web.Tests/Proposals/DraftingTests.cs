using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Proposals;

/// <summary>The lead's pages through the real site, used as a browser without scripts uses them.</summary>
public sealed class DraftingTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    const string Evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    ProposalForm Form => site.Services.GetRequiredService<Rulebooks>().Form;

    [Fact]
    public async Task A_proposal_goes_from_its_title_to_its_receipt_by_forms_alone()
    {
        var browser = await site.As(site.Lead);
        var list = await browser.Get("/proposals");
        Assert.Equal("/proposals/new", list.Link("Start a proposal"));

        var tasks = await browser.Submit(await browser.Get("/proposals/new"), [("Input.Title", "A walk")]);
        Assert.Equal("A walk", tasks.Heading);
        var home = tasks.Path;

        var page = tasks;
        foreach (var section in Form.Sections.Where(s => s.Fields.Count > 0))
        {
            page = await browser.Get($"{home}/{section.Id}");
            Assert.Equal(section.Title, page.Heading);
            foreach (var field in section.Fields.Where(f => f.Kind == FieldKind.Rows))
            {
                for (var i = 1; i < SampleAnswers.Insight.Rows(field.Id).Count; i++)
                    page = await browser.Submit(page, Typed(section, SampleAnswers.Insight, i), button: $"action=add:{field.Id}");
            }
            page = await browser.Submit(page, Typed(section, SampleAnswers.Insight), button: "action=continue");
            Assert.Equal(HttpStatusCode.OK, page.Status);
        }
        Assert.EndsWith("/attachments", page.Path, StringComparison.Ordinal);
        foreach (var document in SampleAnswers.Documents)
        {
            page = await browser.Submit(page, [("Input.Kind", document.Kind)], form: "form#add", file: ("Input.Upload", document.Name, SiteFixture.Pdf(document.Kind)));
            Assert.Contains("The document is added", page.Text, StringComparison.Ordinal);
        }

        var reference = home.Split('/')[2];
        Assert.Equal(SampleAnswers.Insight, (await site.Send(new GetProposal(site.Lead, reference))).Draft!.Answers);
        tasks = await browser.Get(home);
        Assert.Contains("12 of 12 parts are complete", tasks.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Not started", tasks.Text, StringComparison.Ordinal);

        var check = await browser.Get($"{home}/check");
        var submitted = await browser.Submit(check, [("Declared", "true")]);

        Assert.Equal("Proposal submitted", submitted.Heading);
        var view = await site.Send(new GetProposal(site.Lead, reference));
        Assert.Equal($"/proposals/{view.Reference}/submitted", submitted.Path);
        Assert.Contains(view.Reference, submitted.Text, StringComparison.Ordinal);
        Assert.Matches(@"Entry number\s*[0-9]+\s*Leaf hash\s*[0-9a-f]{64}", submitted.Text);
        Assert.Contains("Entry number", (await browser.Get(submitted.Path)).Text, StringComparison.Ordinal);

        foreach (var old in new[] { "", "/purpose", "/attachments", "/screening", "/check", "/discard" })
        {
            var answer = await browser.Client.GetAsync(home + old);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal($"/proposals/{view.Reference}", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task Submission_names_every_fault_at_once_and_each_leads_to_its_field()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty.With("title", "Unfinished").With("start_date", "31/2/2027"));
        var faults = SubmissionCheck.Check(Form, Answers.Empty.With("title", "Unfinished").With("start_date", "31/2/2027"), []);

        var refused = await browser.Submit(await browser.Get($"/proposals/{reference}/draft/check"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.StartsWith("Error:", refused.Document.Title, StringComparison.Ordinal);
        Assert.Single(refused.Document.QuerySelectorAll(".govuk-error-summary"));
        Assert.Equal(faults.Count + 1, refused.Errors.Count);
        Assert.Equal("#declared", refused.Errors[^1].Href);
        Assert.NotNull(refused.Document.GetElementById("declared"));
        foreach (var group in refused.Errors.SkipLast(1).GroupBy(e => e.Href!.Split('#')[0]))
        {
            var page = await browser.Get(group.Key);
            Assert.All(group, error => Assert.NotNull(page.Document.GetElementById(error.Href!.Split('#')[1])));
        }

        // The tick stays when only answers are missing.
        var ticked = await browser.Submit(await browser.Get($"/proposals/{reference}/draft/check"), [("Declared", "true")]);
        Assert.Equal(faults.Count, ticked.Errors.Count);
        Assert.True(ticked.Document.QuerySelector<IHtmlInputElement>("#declared")!.IsChecked);
    }

    [Fact]
    public async Task Only_the_declaration_is_asked_for_when_everything_else_is_there()
    {
        var browser = await site.As(site.Lead);
        var reference = await site.Draft(SampleAnswers.Insight);

        var refused = await browser.Submit(await browser.Get($"/proposals/{reference}/draft/check"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var error = Assert.Single(refused.Errors);
        Assert.Equal("#declared", error.Href);
        Assert.Equal(Phase.Draft, (await site.Send(new GetProposal(site.Lead, reference))).State.Phase);
    }

    [Fact]
    public async Task A_draft_saves_with_anything_in_it_and_shows_it_again()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/people");

        await browser.Submit(page, [("answers[people_count]", "quite a few"), ("answers[vulnerable]", "half a thou")], button: "action=later");
        page = await browser.Get($"/proposals/{reference}/draft/about");
        await browser.Submit(page, [("answers[start_date]", "31"), ("answers[start_date]", "x"), ("answers[start_date]", "2027"), ("answers[lead_email]", "no address")], button: "action=later");

        var people = await browser.Get($"/proposals/{reference}/draft/people");
        Assert.Equal("quite a few", Value(people, "people_count"));
        Assert.Equal("half a thou", Value(people, "vulnerable"));
        Assert.Contains("Give a whole number", people.Text, StringComparison.Ordinal);
        Assert.Empty(people.Errors);
        var about = await browser.Get($"/proposals/{reference}/draft/about");
        Assert.Equal(["31", "x", "2027"], about.Document.QuerySelectorAll<IHtmlInputElement>("input[name='answers[start_date]']").Select(i => i.Value));
        Assert.Equal("no address", Value(about, "lead_email"));
        Assert.Contains("In progress", (await browser.Get($"/proposals/{reference}/draft")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_is_refused_beside_its_field_and_nothing_typed_is_lost()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/about");
        var tooLong = new string('ä', 151);

        var refused = await browser.Submit(page,
        [
            ("answers[title]", tooLong), ("answers[organisation]", "Kept Org"), ("answers[organisation_type]", "company"), ("answers[funders]", "one\r\ntwo"),
            ("rows[partners][0][name]", "Kept partner"), ("rows[partners][0][part]", new string('p', 301)),
        ], button: "action=continue");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["#title", "#partners-0-part"], refused.Errors.Select(e => e.Href));
        Assert.Equal(tooLong, Value(refused, "title"));
        Assert.Equal("Kept Org", Value(refused, "organisation"));
        Assert.Equal("one\ntwo", Value(refused, "funders"));
        Assert.Equal("Kept partner", Value(refused, "partners-0-name"));
        Assert.Equal(new string('p', 301), Value(refused, "partners-0-part"));
        Assert.True(refused.Document.QuerySelector<IHtmlInputElement>("input[value=company]")!.IsChecked);
        Assert.Equal(Answers.Empty, await Saved(reference));

        // Put right, the same page saves.
        await browser.Submit(refused, [("answers[title]", "Short"), ("rows[partners][0][part]", "Reads")], button: "action=continue");
        var saved = await Saved(reference);
        Assert.Equal("Short", saved.Text("title"));
        Assert.Equal("Kept partner", saved.Rows("partners")[0]["name"]);
    }

    [Fact]
    public async Task Rows_are_added_and_removed_without_scripts_and_lose_nothing()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/about");

        page = await browser.Submit(page, [("rows[partners][0][name]", "First"), ("answers[website]", "https://kept.example")], button: "action=add:partners");
        page = await browser.Submit(page, [("rows[partners][1][name]", "Second")], button: "action=add:partners");
        Assert.Equal(3, page.Document.QuerySelectorAll("input[name^='rows[partners]'][name$='[name]']").Length);
        page = await browser.Submit(page, [("rows[partners][2][part]", "Third's part")], button: "action=remove:partners:0");

        Assert.Contains("The row is removed", page.Text, StringComparison.Ordinal);
        var saved = await Saved(reference);
        Assert.Equal(["Second", ""], saved.Rows("partners").Select(r => r["name"]));
        Assert.Equal("Third's part", saved.Rows("partners")[1]["part"]);
        Assert.Equal("https://kept.example", saved.Text("website"));
    }

    [Fact]
    public async Task A_question_that_is_not_asked_keeps_its_answer_and_says_when_it_is_asked()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty.With("named_list", "no").With("list_removal", "By asking us."));
        var page = await browser.Get($"/proposals/{reference}/draft/use");

        var unasked = page.Document.GetElementById("list_removal")!.Closest("details.app-unasked")!;
        Assert.False(unasked.HasAttribute("open"));
        Assert.Contains("Only if a list is kept: 2 more questions", unasked.TextContent, StringComparison.Ordinal);

        page = await browser.Submit(page, [("answers[named_list]", "yes")], button: "action=check");
        Assert.Null(page.Document.GetElementById("list_removal")!.Closest("details.app-unasked"));
        Assert.Equal("By asking us.", Value(page, "list_removal"));
        await browser.Submit(page, [("answers[named_list]", "no")], button: "action=check");
        Assert.Equal("By asking us.", (await Saved(reference)).Text("list_removal"));
    }

    [Fact]
    public async Task A_save_that_comes_too_late_is_a_conflict_and_keeps_what_was_typed()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var old = await browser.Get($"/proposals/{reference}/draft/purpose");
        await browser.Submit(old, [("answers[problem]", "What the other window saved")], button: "action=later");

        var refused = await browser.Submit(old, [("answers[problem]", "What I typed"), ("answers[benefits]", "Also typed")], button: "action=later");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.NotEmpty(refused.Errors);
        Assert.Equal("What I typed", Value(refused, "problem"));
        Assert.Equal("Also typed", Value(refused, "benefits"));
        Assert.Contains("What the other window saved", refused.Text, StringComparison.Ordinal);
        Assert.Equal("What the other window saved", (await Saved(reference)).Text("problem"));

        // Whoever has seen the difference may keep theirs.
        await browser.Submit(refused, button: "action=later");
        Assert.Equal("What I typed", (await Saved(reference)).Text("problem"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    public async Task A_form_without_a_usable_version_overwrites_nothing(string version)
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty.With("problem", "Mine"));
        var page = await browser.Get($"/proposals/{reference}/draft/purpose");

        var refused = await browser.Submit(page, [("version", version), ("answers[problem]", "Other")], button: "action=later");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal("Mine", (await Saved(reference)).Text("problem"));
    }

    [Fact]
    public async Task Submitting_what_was_changed_since_it_was_checked_is_a_conflict()
    {
        var browser = await site.As(site.Lead);
        var reference = await site.Draft(SampleAnswers.Insight);
        var check = await browser.Get($"/proposals/{reference}/draft/check");
        await site.Send(new SaveDraft { Actor = site.Lead, Reference = reference, Answers = SampleAnswers.Insight.With("title", "Another") });

        var refused = await browser.Submit(check, [("Declared", "true")]);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("changed", refused.Document.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Phase.Draft, (await site.Send(new GetProposal(site.Lead, reference))).State.Phase);
    }

    [Fact]
    public async Task Somebody_elses_draft_is_not_found_on_any_page()
    {
        var reference = await site.Draft(SampleAnswers.Insight);
        var mine = await (await site.As(site.Lead)).Get($"/proposals/{reference}/draft/about");
        foreach (var person in new[] { site.OtherLead, site.Chair, site.Auditor, site.Administrator })
        {
            var browser = await site.As(person);
            foreach (var page in new[] { "", "/about", "/attachments", "/attachments?handler=document&id=d1", "/screening", "/check", "/discard" })
                Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/proposals/{reference}/draft{page}")).Status);
            var token = (await browser.Get("/proposals")).Document.QuerySelector<IHtmlInputElement>("input[name=__RequestVerificationToken]")!.Value;
            foreach (var page in new[] { "/about", "/attachments?handler=remove&id=d1", "/check", "/discard" })
            {
                var answer = await browser.Client.PostAsync($"/proposals/{reference}/draft{page}", new FormUrlEncodedContent(
                    [new("__RequestVerificationToken", token), new("version", mine.Document.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value), new("Declared", "true"), new("answers[title]", "Stolen")]));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
        }
        Assert.Equal(SampleAnswers.Insight, await Saved(reference));
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/title")]
    public async Task A_page_that_the_form_does_not_have_is_not_found(string page)
    {
        var reference = await Start(Answers.Empty);

        Assert.Equal(HttpStatusCode.NotFound, (await (await site.As(site.Lead)).Get($"/proposals/{reference}/draft{page}")).Status);
    }

    [Fact]
    public async Task No_form_does_anything_without_its_token()
    {
        var browser = await site.As(site.Lead);
        var reference = await site.Draft(SampleAnswers.Insight);
        foreach (var page in new[] { "/proposals/new", $"/proposals/{reference}/draft/about", $"/proposals/{reference}/draft/attachments?handler=remove&id=d1", $"/proposals/{reference}/draft/check", $"/proposals/{reference}/draft/discard" })
        {
            var answer = await browser.Client.PostAsync(page, new FormUrlEncodedContent([new("Declared", "true"), new("version", "7")]));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        var view = await site.Send(new GetProposal(site.Lead, reference));
        Assert.Equal(Phase.Draft, view.State.Phase);
        Assert.Equal(SampleAnswers.Documents.Count, view.Draft!.Documents.Length);
    }

    [Fact]
    public async Task Whatever_is_typed_is_text_wherever_it_is_shown()
    {
        var browser = await site.As(site.Lead);
        var answers = Answers.Empty;
        foreach (var field in Form.Fields)
        {
            answers = field.Kind switch
            {
                FieldKind.Lines or FieldKind.Choices => answers.With(field.Id, [Evil]),
                FieldKind.Rows => answers.With(field.Id, [new AnswerRow(field.Columns.Select(c => KeyValuePair.Create(c.Id, Evil)))]),
                _ => answers.With(field.Id, Evil),
            };
        }
        var reference = await Start(answers);
        await site.Send(new AttachDocument { Actor = site.Lead, Reference = reference, Kind = "other", FileName = "<script>alert(3)<img onerror=x>.pdf", Content = SiteFixture.Pdf("x") });

        foreach (var path in Form.Sections.Select(s => $"/{s.Id}?check=true").Concat(["", "/check", "/screening", "/discard"]).Select(p => $"/proposals/{reference}/draft{p}").Append("/proposals"))
        {
            var page = await browser.Get(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Harmless(page);
        }
        var refused = await browser.Submit(await browser.Get($"/proposals/{reference}/draft/check"), [("Declared", "true")]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Harmless(refused);
        var tooLong = await browser.Submit(await browser.Get($"/proposals/{reference}/draft/about"), [("answers[title]", Evil + new string('x', 200))], button: "action=later");
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.Status);
        Harmless(tooLong);
        Harmless(await browser.Get($"/proposals?search={Uri.EscapeDataString(Evil)}&phase={Uri.EscapeDataString(Evil)}&route={Uri.EscapeDataString(Evil)}"));

        static void Harmless(Seen page)
        {
            Assert.Empty(page.Document.QuerySelectorAll("main script, main img, [onerror], [style]"));
            Assert.All(page.Document.QuerySelectorAll("script"), s => Assert.Equal("", s.TextContent));
        }
    }

    [Fact]
    public async Task Every_field_has_a_label_and_a_place_that_a_fault_can_lead_to()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        foreach (var section in Form.Sections.Where(s => s.Fields.Count > 0))
        {
            var page = await browser.Get($"/proposals/{reference}/draft/{section.Id}");
            Assert.All(section.Fields, f => Assert.NotNull(page.Document.GetElementById(f.Id)));
            Assert.All(section.Fields, f => Assert.Contains(f.Label, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
            Assert.All(page.Document.QuerySelectorAll("main input:not([type=hidden]), main textarea, main select"), c => Assert.NotNull(page.Document.QuerySelector($"label[for='{c.Id}']")));
            var ids = page.Document.All.Select(e => e.Id).Where(id => !string.IsNullOrEmpty(id)).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
            Assert.Single(page.Document.QuerySelectorAll("main .govuk-button:not(.govuk-button--secondary)"));
        }
    }

    [Fact]
    public async Task The_summary_for_young_people_shows_its_reading_age_once_it_is_saved()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/youth");
        Assert.DoesNotContain("Reading age", page.Text, StringComparison.Ordinal);
        const string text = "Notwithstanding organisational considerations, the aforementioned methodology necessitates comprehensive interdisciplinary deliberation regarding proportionality.";

        page = await browser.Submit(page, [("answers[lay_summary]", text)], button: "action=check");

        Assert.Contains($"Reading age of what is saved: {ReadingAge.Of(text).Age}", page.Text, StringComparison.Ordinal);
        Assert.Contains("Aim for 14 or less", page.Text, StringComparison.Ordinal);
        Assert.Contains("proportionality", page.Document.QuerySelector("main .app-note[role=note]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_figures_are_shown_as_a_hundred_signs_and_in_words()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty.With("techniques", ["nlp_scoring"]).With("people_count", "10000"));
        var page = await browser.Get($"/proposals/{reference}/draft/method");
        Assert.Null(page.Document.QuerySelector("svg"));

        page = await browser.Submit(page, [("answers[sensitivity]", "0.80"), ("answers[specificity]", "95%"), ("answers[base_rate]", "1%")], button: "action=check");

        Assert.Equal(86, page.Document.QuerySelectorAll("svg .app-dots__wrong").Length);
        Assert.Equal(14, page.Document.QuerySelectorAll("svg .app-dots__right").Length);
        Assert.Equal("Of every 100 young people flagged, 86 are wrongly flagged.", page.Document.QuerySelector("svg[role=img]")!.GetAttribute("aria-label"));
        Assert.Contains("495 would be wrongly flagged", page.Text, StringComparison.Ordinal);
        Assert.Contains("20 would be missed", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_screening_is_shown_before_submitting_with_reasons_and_links()
    {
        var browser = await site.As(site.Lead);
        var reference = await site.Draft(SampleAnswers.Scoring);
        var expected = (await site.Send(new ScreenDraft(site.Lead, reference))).Screening;
        Assert.NotEmpty(expected.Flags);

        var page = await browser.Get($"/proposals/{reference}/draft/screening");

        Assert.All(expected.Flags, flag =>
        {
            Assert.Contains(flag.Title, page.Text, StringComparison.Ordinal);
            Assert.Contains(flag.Reason, page.Text, StringComparison.Ordinal);
            Assert.Contains(flag.Ask, page.Text, StringComparison.Ordinal);
        });
        Assert.Contains(expected.RouteReason, page.Text, StringComparison.Ordinal);
        Assert.Contains("people decide", page.Text, StringComparison.Ordinal);
        foreach (var link in page.Document.QuerySelectorAll(".app-flag a").Select(a => a.GetAttribute("href")!).Distinct())
        {
            var to = link.Split('#');
            Assert.NotNull((await browser.Get(to[0])).Document.GetElementById(to.Length > 1 ? to[1] : "main-content"));
        }
    }

    [Fact]
    public async Task A_document_is_downloaded_as_a_file_and_never_shown_as_a_page()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/attachments");
        var pdf = SiteFixture.Pdf("<script>");
        page = await browser.Submit(page, [("Input.Kind", "dpia")], form: "form#add", file: ("Input.Upload", "../../ünsafe name.html", pdf));
        Assert.Contains("The document is added", page.Text, StringComparison.Ordinal);

        var answer = await browser.Client.GetAsync(page.Document.QuerySelector(".app-documents a")!.GetAttribute("href"));

        Assert.Equal(pdf, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.DoesNotContain("..", answer.Content.Headers.ContentDisposition.FileNameStar!, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));

        page = await browser.Submit(page, form: ".app-documents form");
        Assert.Contains("No documents yet", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Client.GetAsync($"/proposals/{reference}/draft/attachments?handler=document&id=d1")).StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_refused_says_why_and_keeps_the_kind_that_was_picked()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty);
        var page = await browser.Get($"/proposals/{reference}/draft/attachments");

        var nothing = await browser.Submit(page, form: "form#add");
        Assert.Equal(HttpStatusCode.BadRequest, nothing.Status);
        Assert.Equal(["#kind", "#upload"], nothing.Errors.Select(e => e.Href).Distinct());

        var html = await browser.Submit(page, [("Input.Kind", "other")], form: "form#add", file: ("Input.Upload", "fine.pdf", Encoding.UTF8.GetBytes("<html><script>alert(1)</script>")));
        Assert.Equal(HttpStatusCode.BadRequest, html.Status);
        Assert.Contains("not accepted", Assert.Single(html.Errors).Text, StringComparison.Ordinal);
        Assert.True(html.Document.QuerySelector<IHtmlInputElement>("input[value=other]")!.IsChecked);

        var large = await browser.Submit(page, [("Input.Kind", "other")], form: "form#add", file: ("Input.Upload", "large.txt", new byte[Limits.DocumentBytes + 1]));
        Assert.Equal(HttpStatusCode.BadRequest, large.Status);
        Assert.Contains(large.Errors, e => e.Text.Contains("too large", StringComparison.Ordinal));

        var huge = await browser.Submit(page, [("Input.Kind", "other")], form: "form#add", file: ("Input.Upload", "huge.txt", new byte[(2 * Limits.DocumentBytes) + 1]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.Status);
        Assert.Equal("That was too large", huge.Heading);
        Assert.Contains("20 MB", huge.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_is_discarded_only_after_asking()
    {
        var browser = await site.As(site.Lead);
        var reference = await Start(Answers.Empty.With("title", "To be thrown away"));
        var ask = await browser.Get((await browser.Get($"/proposals/{reference}/draft")).Link("Discard this draft")!);
        Assert.Equal("Do you want to discard this draft?", ask.Heading);

        var done = await browser.Submit(ask);

        Assert.Contains("The draft is discarded", done.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/proposals/{reference}/draft")).Status);
    }

    [Fact]
    public async Task A_revision_is_written_on_the_same_pages_which_show_what_was_asked_for()
    {
        var browser = await site.As(site.Lead);
        var reference = await site.Submitted(SampleAnswers.Insight);
        foreach (var member in site.Privacy)
        {
            await site.Send(new CastVote
            {
                Actor = member,
                Reference = reference,
                Stage = StageIds.Privacy,
                Choice = VoteChoice.MajorChanges,
                Rationale = "It needs work.",
                Changes = [new("retention_reason", "Say why so long.")],
                Conditions = [],
            });
        }
        await site.Send(new CloseStage { Actor = site.Chair, Reference = reference, Stage = StageIds.Privacy, Summary = "Changes, please.", Changes = [new("retention_reason", "Say why so long <b>please</b>.")] });

        var tasks = await browser.Get($"/proposals/{reference}/draft");
        Assert.Contains("A change was asked for here", tasks.Text, StringComparison.Ordinal);
        Assert.Null(tasks.Link("Discard this draft"));
        Assert.Equal($"/proposals/{reference}/changes", tasks.Link("Answer the requests and send"));
        var page = await browser.Get($"/proposals/{reference}/draft/safeguards");
        Assert.Contains("Say why so long <b>please</b>.", page.Text, StringComparison.Ordinal);
        Assert.Equal($"/proposals/{reference}/changes", page.Link("say what you did"));
        await browser.Submit(page, [("answers[retention_reason]", "Because of the evaluation.")], button: "action=later");
        Assert.Equal("Because of the evaluation.", (await Saved(reference)).Text("retention_reason"));
        var check = await browser.Get($"/proposals/{reference}/draft/check");
        Assert.Equal($"/proposals/{reference}/changes", check.Link("Answer the requests"));
        Assert.Null(check.Document.QuerySelector("main form"));

        var draftReference = (await site.Send(new GetProposal(site.Lead, reference))).DraftReference;
        var old = await browser.Client.GetAsync($"/proposals/{draftReference}/draft/safeguards");
        Assert.Equal($"/proposals/{reference}/draft/safeguards", old.Headers.Location!.OriginalString);
        Assert.Equal($"/proposals/{reference}", (await (await site.As(site.Chair)).Client.GetAsync($"/proposals/{reference}/draft/safeguards")).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_list_helps_whoever_has_nothing_and_finds_what_is_there()
    {
        var lead = await site.Add("Nell Newstart", "nell@example.org", [Role.ProjectLead]);
        var browser = await site.As(lead);
        var empty = await browser.Get("/proposals");
        Assert.Contains("No proposals yet", empty.Text, StringComparison.Ordinal);

        for (var i = 0; i < 27; i++)
            await site.Send(new StartProposal { Actor = lead, Title = $"Lantern {i:00} 100%" });
        var first = await browser.Get("/proposals");
        Assert.Equal(25, first.Document.QuerySelectorAll(".app-proposals__item").Length);
        var second = await browser.Get(first.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.Equal(2, second.Document.QuerySelectorAll(".app-proposals__item").Length);
        var titles = first.Document.QuerySelectorAll(".app-proposals__title").Concat(second.Document.QuerySelectorAll(".app-proposals__title")).Select(t => t.TextContent).ToList();
        Assert.Equal(27, titles.Distinct().Count());

        Assert.Single((await browser.Get("/proposals?search=lantern%2013")).Document.QuerySelectorAll(".app-proposals__item"));
        Assert.Contains("Nothing fits", (await browser.Get("/proposals?search=%25%25")).Text, StringComparison.Ordinal);
        Assert.Contains("Nothing fits", (await browser.Get("/proposals?phase=InReview&mine=true")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Get("/proposals?after=rubbish")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("/proposals?phase=rubbish&route=rubbish")).Status);
    }

    [Fact]
    public async Task Only_project_leads_start_proposals()
    {
        var browser = await site.As(site.Chair);

        Assert.Null((await browser.Get("/proposals")).Link("Start a proposal"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/proposals/new")).Status);
    }

    [Fact]
    public async Task A_title_that_is_too_long_is_refused_and_kept()
    {
        var browser = await site.As(site.Lead);
        var title = new string('t', 151);

        var refused = await browser.Submit(await browser.Get("/proposals/new"), [("Input.Title", title)]);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("#title", Assert.Single(refused.Errors).Href);
        Assert.Equal(title, Value(refused, "title"));
    }

    async Task<string> Start(Answers answers)
    {
        var reference = (await site.Send(new StartProposal { Actor = site.Lead })).Reference;
        await site.Send(new SaveDraft { Actor = site.Lead, Reference = reference, Answers = answers });
        return reference;
    }

    async Task<Answers> Saved(string reference) => (await site.Send(new GetProposal(site.Lead, reference))).Draft!.Answers;

    static string? Value(Seen page, string id) => page.Document.GetElementById(id) switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value,
        _ => throw new InvalidOperationException($"{page.Path} has no control {id}."),
    };

    /// <summary>What is typed to fill a section: as many rows as there is room for.</summary>
    static IEnumerable<(string, string?)> Typed(Section section, Answers answers, int rows = int.MaxValue)
    {
        foreach (var field in section.Fields)
        {
            switch (field.Kind)
            {
                case FieldKind.Lines:
                    yield return ($"answers[{field.Id}]", string.Join("\r\n", answers.Choices(field.Id)));
                    break;
                case FieldKind.Choices:
                    foreach (var id in answers.Choices(field.Id)) yield return ($"answers[{field.Id}]", id);
                    break;
                case FieldKind.Date when answers.Date(field.Id) is { } day:
                    foreach (var part in new[] { day.Day, day.Month, day.Year }) yield return ($"answers[{field.Id}]", part.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case FieldKind.Rows:
                    foreach (var (row, i) in answers.Rows(field.Id).Take(rows).Select((r, i) => (r, i)))
                    {
                        foreach (var column in field.Columns) yield return ($"rows[{field.Id}][{i}][{column.Id}]", row[column.Id]);
                    }
                    break;
                default:
                    if (answers.Has(field.Id)) yield return ($"answers[{field.Id}]", answers.Text(field.Id).Replace("\n", "\r\n", StringComparison.Ordinal));
                    break;
            }
        }
    }
}
