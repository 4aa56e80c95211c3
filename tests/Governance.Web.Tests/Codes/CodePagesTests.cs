using System.Net;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Pages.SignInWith;
using OtpNet;

namespace Governance.Web.Tests.Codes;

/// <summary>One-time codes at a browser without scripts, from setting them up to the second step of signing in.</summary>
public sealed class CodePagesTests
{
    public sealed class Strict : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings => [("SignIn:CodesRequiredFor", "chair")];
    }

    static string Shown(SiteFixture site, string secret) => new Totp(Base32Encoding.ToBytes(secret.Replace(" ", "", StringComparison.Ordinal))).ComputeTotp(site.Clock.GetUtcNow().UtcDateTime);

    static async Task<Seen> Password(SiteFixture site, Browser browser, Actor person) =>
        await browser.Submit(await browser.Get("/sign-in?returnUrl=%2Fmessages"), [("Input.Email", person.Email), ("Input.Password", SiteFixture.Password)]);

    [Fact]
    public async Task A_person_sets_codes_up_and_is_asked_for_one_after_the_password()
    {
        await using var site = new SiteFixture();
        await site.InitializeAsync();
        var browser = await site.As(site.Lead);
        var page = await browser.Get((await browser.Get("/account")).Document.QuerySelector("a[href='/account/codes']")!.GetAttribute("href")!);
        Assert.Contains("This is not the password", (await browser.Submit(page, [("Password", "wrong")])).Text, StringComparison.Ordinal);
        page = await browser.Submit(page, [("Password", SiteFixture.Password)]);
        var secret = page.Document.QuerySelector("code")!.TextContent;
        Assert.StartsWith("otpauth://totp/", page.Link("open your authenticator"), StringComparison.Ordinal);
        var picture = page.Document.QuerySelector("svg.app-qr[role=img]")!;
        Assert.Contains("QR code", picture.GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.False(picture.HasAttribute("style"));
        // A link of this length takes 37 modules or more, beside a quiet zone of 4 on each side; about half of them are black.
        Assert.True(int.Parse(picture.GetAttribute("viewBox")!.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture) >= 45);
        Assert.True(picture.QuerySelector("path")!.GetAttribute("d")!.Split('M').Length > 500);
        Assert.Contains("This is not the code", (await browser.Submit(page, [("Code", "000000")])).Text, StringComparison.Ordinal);
        page = await browser.Submit(page, [("Code", Shown(site, secret))]);
        var backups = page.Document.QuerySelectorAll("code").Select(c => c.TextContent).ToList();
        Assert.Equal(OneTimeCodes.Backups, backups.Count);
        Assert.Empty((await browser.Get("/account/codes")).Document.QuerySelectorAll("code"));
        site.Clock.Advance(TimeSpan.FromSeconds(30));

        var other = site.Nobody();
        page = await Password(site, other, site.Lead);
        Assert.Equal("Enter your code", page.Heading);
        // The password alone opens nothing.
        Assert.StartsWith("/sign-in", (await other.Get("/work")).Path, StringComparison.Ordinal);
        var refused = await other.Submit(page, [("Code", "000000")]);
        Assert.Contains(CodeModel.Refused, refused.Text, StringComparison.Ordinal);
        var code = Shown(site, secret);
        var entered = await other.Submit(page, [("Code", code)]);
        Assert.Equal(("/messages", HttpStatusCode.OK), (entered.Path, entered.Status));

        // Somebody who looked over the shoulder comes too late, and a code on paper works.
        var late = site.Nobody();
        page = await Password(site, late, site.Lead);
        Assert.Contains(CodeModel.Refused, (await late.Submit(page, [("Code", code)])).Text, StringComparison.Ordinal);
        Assert.Equal("/messages", (await late.Submit(page, [("Code", backups[0])])).Path);
        Assert.StartsWith("/sign-in", (await site.Nobody().Get("/sign-in/code")).Path, StringComparison.Ordinal);

        var admin = await site.As(site.Administrator);
        var person = await admin.Get($"/people/{site.Lead.Id}");
        Assert.Contains("Asked for at each sign-in", person.Text, StringComparison.Ordinal);
        person = await admin.Submit(person, form: "form[action*='ResetCodes']");
        Assert.Contains("The one-time codes are reset", person.Text, StringComparison.Ordinal);
        Assert.Equal("/messages", (await Password(site, site.Nobody(), site.Lead)).Path);
    }

    [Fact]
    public async Task A_role_that_must_have_codes_gets_nowhere_before_they_are_set_up_and_others_do()
    {
        await using var site = new Strict();
        await site.InitializeAsync();
        var browser = await site.As(site.Chair);
        var page = await browser.Get("/work");
        Assert.Equal("/account/codes", page.Path);
        Assert.Contains("Your role needs one-time codes here.", page.Text, StringComparison.Ordinal);
        Assert.Equal("/account/codes", (await browser.Get("/proposals")).Path);
        page = await browser.Submit(page, [("Password", SiteFixture.Password)]);
        await browser.Submit(page, [("Code", Shown(site, page.Document.QuerySelector("code")!.TextContent))]);
        Assert.Equal("/work", (await browser.Get("/work")).Path);
        page = await browser.Get("/account/codes");
        Assert.DoesNotContain("Stop using codes", page.Text, StringComparison.Ordinal);
        Assert.Equal("/work", (await (await site.As(site.Lead)).Get("/work")).Path);
    }
}
