using Microsoft.Playwright;

namespace Governance.Browser.Tests;

public sealed class SignInTests(Site site)
{
    [Fact]
    public async Task The_sign_in_page_and_its_errors_are_accessible()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/sign-in");
        await page.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        Assert.StartsWith("Error:", await page.TitleAsync(), StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
    }
}
