using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Governance.Web.Tests.Components;

public sealed class FieldTests(Site site) : IClassFixture<Site>
{
    static readonly (string, string)[] Typed =
    [
        ("Input.Title", "\"><script>alert(1)</script>"), ("Input.Password", "hunter2"), ("Input.People", "about ten"),
        ("Input.Summary", "\nFirst line\n</textarea><img src=x>"), ("answers[lay_summary]", "<b>bold</b>"), ("Input.Vote", "object"),
        ("Input.Platforms", "chat"), ("Input.Platforms", "none"), ("Input.Organisation", "charity"),
        ("Input.Due", "32"), ("Input.Due", "March"), ("Input.Due", "<i>"), ("Input.Start", ""), ("Input.Start", "2"), ("Input.Start", "2027"),
        ("Input.Rows[0].Recipient", "One"), ("Input.Rows[1].Recipient", "Two & \"more\""),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_control_has_one_label_and_every_reference_leads_somewhere(bool withErrors)
    {
        var page = withErrors ? await site.Send(Typed) : await site.Components();

        var controls = page.QuerySelectorAll("main input:not([type=hidden]), main select, main textarea").ToList();
        Assert.True(controls.Count >= 20);
        Assert.All(controls, control => Assert.Single(page.QuerySelectorAll("label"), label => label.GetAttribute("for") == control.Id));
        var ids = page.All.Select(e => e.Id).OfType<string>().Where(id => id.Length > 0).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        var references = page.All.SelectMany(e => new[] { "aria-describedby", "aria-labelledby" }.Select(e.GetAttribute))
            .OfType<string>().SelectMany(value => value.Split(' ')).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Contains(reference, ids));
    }

    [Fact]
    public async Task Groups_of_controls_have_a_legend()
    {
        var page = await site.Components();

        Assert.All(page.QuerySelectorAll("main input[type=radio], main input[type=checkbox], .govuk-date-input__input"), control =>
            Assert.NotEqual("", control.Closest("fieldset")?.QuerySelector("legend")?.TextContent.Trim() ?? ""));
    }

    [Fact]
    public async Task What_a_choice_asks_further_stands_right_after_it()
    {
        var page = await site.Components();

        var further = page.GetElementById("Input_Other")!.Closest(".govuk-radios__conditional")!;
        Assert.Equal("other", further.PreviousElementSibling!.QuerySelector("input")!.GetAttribute("value"));
        Assert.Single(page.QuerySelectorAll(".govuk-radios__conditional"));
    }

    [Theory]
    [InlineData("Input_Title", "Error: Enter a title")]
    [InlineData("Input_Password", "Error: Enter your password")]
    [InlineData("Input_Summary", "Error: The summary is too long")]
    [InlineData("answers_lay_summary_", "Error: Write the summary for young people")]
    [InlineData("answers_explicit_error_", "Error: This one is wrong too")]
    [InlineData("Input_Organisation", "Error: Choose a type of organisation")]
    [InlineData("Input_Upload", "Error: Choose a file")]
    [InlineData("Input_Vote", "Error: Choose how you vote")]
    [InlineData("Input_Platforms", "Error: Choose at least one platform")]
    [InlineData("Input_Due", "Error: Enter a real date, for example 27 3 2027")]
    [InlineData("Input_Rows_1__Recipient", "Error: Enter who receives the data in row 2")]
    [InlineData("rows_onward_use__1__recipient_", "Error: Give the second recipient a name")]
    public async Task A_field_is_described_by_its_error(string id, string error)
    {
        var page = await site.Send(Typed);

        var control = page.GetElementById(id)!;
        var described = control.GetAttribute("aria-describedby")?.Contains("-error", StringComparison.Ordinal) == true ? control : control.Closest("fieldset")!;
        var texts = described.GetAttribute("aria-describedby")!.Split(' ').Select(reference => page.GetElementById(reference)!.TextContent);
        Assert.Contains(error, texts);
        Assert.NotNull(control.Closest(".govuk-form-group--error"));
    }

    [Fact]
    public async Task A_page_without_errors_shows_none()
    {
        var page = await site.Components();

        Assert.Empty(page.QuerySelectorAll(".govuk-error-summary, .govuk-error-message, .govuk-form-group--error, .govuk-input--error"));
        Assert.Equal("Components – Young people's data review", page.Title);
    }

    [Fact]
    public async Task A_hint_and_several_errors_all_describe_a_field_in_reading_order()
    {
        var page = await site.Send(Typed);

        Assert.Equal("Input_Title-hint Input_Title-error Input_Title-error-2", page.GetElementById("Input_Title")!.GetAttribute("aria-describedby"));
        Assert.Equal("Error: The title must not name anyone", page.GetElementById("Input_Title-error-2")!.TextContent);
    }

    [Fact]
    public async Task The_summary_lists_errors_in_page_order_and_each_leads_to_its_field()
    {
        var page = await site.Send(Typed);

        Assert.StartsWith("Error: Components", page.Title, StringComparison.Ordinal);
        var summary = Assert.Single(page.QuerySelectorAll(".govuk-error-summary"));
        var lines = summary.QuerySelectorAll("li").ToList();
        Assert.Equal("The proposal is not complete", lines[0].TextContent);
        Assert.Null(lines[0].QuerySelector("a"));

        var order = page.All.ToList();
        var targets = lines.Skip(1).Select(line => order.IndexOf(page.GetElementById(line.QuerySelector("a")!.GetAttribute("href")![1..])!)).ToList();
        Assert.Equal(16, targets.Count);
        Assert.DoesNotContain(-1, targets);
        Assert.Equal(targets.Order(), targets);
    }

    [Fact]
    public async Task An_error_on_a_row_is_shown_at_the_row_and_leads_to_its_first_field()
    {
        var page = await site.Send(Typed);

        var line = page.QuerySelectorAll(".govuk-error-summary a").Single(a => a.TextContent == "Say what the first recipient may do");
        Assert.Equal("#rows_onward_use__0__recipient_", line.GetAttribute("href"));
        var group = page.GetElementById("rows_onward_use__0__recipient_")!.Closest("fieldset")!;
        Assert.Contains("Error: Say what the first recipient may do", group.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_is_kept_whether_or_not_it_could_be_used()
    {
        var page = await site.Send(Typed);

        Assert.Equal("\"><script>alert(1)</script>", Value("Input_Title"));
        Assert.Equal("about ten", Value("Input_People"));
        Assert.Equal("\nFirst line\n</textarea><img src=x>", ((IHtmlTextAreaElement)page.GetElementById("Input_Summary")!).Value);
        Assert.Equal("<b>bold</b>", ((IHtmlTextAreaElement)page.GetElementById("answers_lay_summary_")!).Value);
        Assert.Equal(["object"], Ticked("Input.Vote"));
        Assert.Equal(["chat", "none"], Ticked("Input.Platforms"));
        Assert.Equal("charity", ((IHtmlSelectElement)page.GetElementById("Input_Organisation")!).Value);
        Assert.Equal(["32", "March", "<i>"], Parts("Input.Due"));
        Assert.Equal(["", "2", "2027"], Parts("Input.Start"));
        Assert.Equal("Two & \"more\"", Value("Input_Rows_1__Recipient"));

        string Value(string id) => ((IHtmlInputElement)page.GetElementById(id)!).Value;
        IEnumerable<string> Ticked(string name) => page.QuerySelectorAll<IHtmlInputElement>("input").Where(i => i.Name == name && i.IsChecked).Select(i => i.Value);
        IEnumerable<string> Parts(string name) => page.QuerySelectorAll<IHtmlInputElement>("input").Where(i => i.Name == name).Select(i => i.Value);
    }

    [Fact]
    public async Task A_password_is_never_written_back()
    {
        var page = await site.Send(Typed);

        Assert.DoesNotContain("hunter2", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_was_typed_becomes_markup()
    {
        var page = await site.Send(Typed);

        Assert.All(page.Scripts, script => Assert.StartsWith("/js/", script.Source, StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("main img, main b, main i"));
        // The same text is shown as content further down.
        Assert.Contains("\"><script>alert(1)</script>", page.QuerySelector(".govuk-summary-list")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_holds_is_shown_at_first()
    {
        var page = await site.Components();

        Assert.Equal("Summer evenings and group chats", ((IHtmlInputElement)page.GetElementById("Input_Title")!).Value);
        Assert.Equal(["27", "3", "2027", "31", "2", "2027"], page.QuerySelectorAll<IHtmlInputElement>(".govuk-date-input__input").Select(i => i.Value));
        Assert.Equal(["approve", "video"], page.QuerySelectorAll<IHtmlInputElement>("input").Where(i => i.IsChecked).Select(i => i.Value));
    }
}
