using Governance.Review.Proposals;
using Governance.Web.Components;
using Microsoft.Playwright;

namespace Governance.Browser.Tests;

/// <summary>
/// Somebody at a browser of their own. Every page that they come to answers and, where scripts run, is looked over by axe:
/// tests move by <see cref="Go"/> and <see cref="Press"/> only, so that none is forgotten.
/// </summary>
sealed class Visitor(IPage page, bool javaScript) : IAsyncDisposable
{
    public IPage Page => page;

    public static async Task<Visitor> SignInAsync(Site site, string name, bool javaScript)
    {
        var visitor = new Visitor(await site.OpenAsync(javaScript), javaScript);
        await visitor.Go("/sign-in");
        await visitor.Arrive(() => visitor.Page.GetByRole(AriaRole.Button, new() { Name = $"Sign in as {name}" }).ClickAsync());
        return visitor;
    }

    /// <summary>Opens an address of the site.</summary>
    public async Task Go(string path)
    {
        var response = await page.GotoAsync(path);
        Assert.True(response!.Ok, $"{path} answers {response.Status}.");
        await LookAsync();
    }

    /// <summary>Presses a button that leads on.</summary>
    public Task Press(string button) => Arrive(() => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync());

    /// <summary>Presses a button that must be refused: the page says that there is an error, in its title as well.</summary>
    public async Task PressInVain(string button)
    {
        await Press(button);
        Assert.StartsWith("Error:", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.True(await page.Locator(".govuk-error-summary").IsVisibleAsync(), $"{page.Url} has no list of errors.");
    }

    /// <summary>Follows a link.</summary>
    public Task Follow(string link) => Arrive(() => page.GetByRole(AriaRole.Link, new() { Name = link }).First.ClickAsync());

    public Task Write(string name, string text) => page.Locator($"[name='{name}']").FillAsync(text);

    public Task Choose(string name, string value) => page.Locator($"input[name='{name}'][value='{value}']").CheckAsync();

    public async Task WriteDate(string name, DateOnly date)
    {
        var boxes = page.Locator($"input[name='{name}']");
        await boxes.Nth(0).FillAsync($"{date.Day}");
        await boxes.Nth(1).FillAsync($"{date.Month}");
        await boxes.Nth(2).FillAsync($"{date.Year}");
    }

    /// <summary>That the page says something.</summary>
    public Task Reads(string text) => Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);

    /// <summary>Fills the section of the form that is on the page with answers, through its controls.</summary>
    public async Task FillIn(Section section, Answers answers)
    {
        await UnfoldAsync();
        foreach (var field in section.Fields.Where(f => f.Kind == FieldKind.Rows && answers.Rows(f.Id).Count > 0))
        {
            var rows = answers.Rows(field.Id);
            for (var i = 0; i < rows.Count; i++)
            {
                if (i > 0)
                {
                    await Arrive(() => page.Locator($"button[value='add:{field.Id}']").ClickAsync());
                    await UnfoldAsync();
                }
                foreach (var column in field.Columns.Where(c => rows[i][c.Id].Length > 0))
                {
                    var cell = page.Locator($"[name='{FieldNames.Of(field, i, column)}']");
                    await (column.Kind == FieldKind.Choice ? cell.SelectOptionAsync(rows[i][column.Id]) : cell.FillAsync(rows[i][column.Id]));
                }
            }
        }
        foreach (var field in section.Fields)
        {
            var name = FieldNames.Of(field);
            switch (field.Kind)
            {
                case FieldKind.Rows:
                    break;
                case FieldKind.Choices:
                    foreach (var choice in answers.Choices(field.Id)) await Choose(name, choice);
                    break;
                case FieldKind.Lines when answers.Choices(field.Id) is { Count: > 0 } lines:
                    await Write(name, string.Join('\n', lines));
                    break;
                case FieldKind.Choice or FieldKind.YesNo when answers.Has(field.Id):
                    await Choose(name, answers.Text(field.Id));
                    break;
                case FieldKind.Date when answers.Date(field.Id) is { } date:
                    await WriteDate(name, date);
                    break;
                default:
                    if (answers.Text(field.Id) is { Length: > 0 } text) await Write(name, text);
                    break;
            }
        }
    }

    // Questions that other answers ask for stand folded away until those are saved.
    async Task UnfoldAsync()
    {
        var folded = page.Locator("details.app-unasked:not([open]) > summary");
        while (await folded.CountAsync() > 0) await folded.First.ClickAsync();
    }

    async Task Arrive(Func<Task> act)
    {
        var arrived = new TaskCompletionSource();
        void Loaded(object? sender, IPage loaded) => arrived.TrySetResult();
        page.Load += Loaded;
        await act();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        page.Load -= Loaded;
        await LookAsync();
    }

    async Task LookAsync()
    {
        if (javaScript) await page.AssertAccessibleAsync();
    }

    public async ValueTask DisposeAsync() => await page.Context.DisposeAsync();
}
