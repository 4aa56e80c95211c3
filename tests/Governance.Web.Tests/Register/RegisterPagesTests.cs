extern alias auditor;

using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Service;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Register;
using Governance.Web.Pages.Register;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Register;

/// <summary>The public register over the demonstration data, asked for by somebody without an account.</summary>
public sealed class RegisterPagesTests(RegisterPagesTests.Demonstrating site) : IClassFixture<RegisterPagesTests.Demonstrating>
{
    public sealed class Demonstrating : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings => [("Demonstration", "true"), (PublicRegister.RecordsSetting, "true"), ("Complaints:Address", "complaints@reviews.example.org")];
    }

    const string Favourable = "DUP-2026-0002", Unfavourable = "DUP-2026-0001";

    async Task<T> Read<T>(Func<IServiceProvider, Session, Task<T>> work)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginReadAsync(CancellationToken.None);
        var answer = await work(scope.ServiceProvider, session);
        await session.EndAsync();
        return answer;
    }

    async Task Sign()
    {
        await using var scope = site.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Texts(p.Value)),
        JsonArray a => a.SelectMany(Texts),
        JsonValue v when v.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    [Fact]
    public async Task No_text_for_the_panel_or_of_a_person_is_in_a_page_an_answer_of_the_api_or_a_bundle()
    {
        await Sign();
        var client = site.Nobody().Client;
        var checkedTexts = 0;
        foreach (var reference in new[] { Favourable, Unfavourable })
        {
            var trail = await Read((services, _) => services.GetRequiredService<TrailStore>().AllAsync(reference));
            var disclosures = trail.SelectMany(e => e.Disclosures).Select(d => (Public: d.Class == "public", Texts: Texts(Disclosure.Parse(d.Disclosure).Value).ToList())).ToList();
            var open = disclosures.Where(d => d.Public).SelectMany(d => d.Texts).ToList();
            var names = await Read((_, session) => session.QueryAsync<string>("SELECT name FROM person"));
            // What is public word for word somewhere else cannot leak here.
            var hidden = disclosures.Where(d => !d.Public).SelectMany(d => d.Texts).Concat(names).Distinct(StringComparer.Ordinal)
                .Where(t => t.Length > 3 && !open.Any(o => o.Contains(t, StringComparison.OrdinalIgnoreCase))).ToList();
            Assert.True(hidden.Count > 60, $"Only {hidden.Count} texts to look for.");

            var pages = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var path in new[] { "/register", $"/register/{reference}", "/api/v1/register", $"/api/v1/register/{reference}" })
                pages[path] = await Decoded(await client.GetAsync(new Uri(path, UriKind.Relative)));
            using var zip = new ZipArchive(await client.GetStreamAsync(new Uri($"/api/v1/register/{reference}/bundle", UriKind.Relative)));
            foreach (var file in zip.Entries)
            {
                using var reader = new StreamReader(file.Open());
                var content = await reader.ReadToEndAsync();
                // Disclosures travel in base64url.
                pages[file.FullName] = file.FullName.Contains("disclosure", StringComparison.Ordinal) ? content + Unsealed(content) : content;
            }
            foreach (var (path, page) in pages)
            {
                // The rules and checklists that were in force are public as they are, and nobody's.
                if (path.Contains("pinned", StringComparison.Ordinal)) continue;
                foreach (var text in hidden) Assert.False(page.Contains(text, StringComparison.OrdinalIgnoreCase), $"{path} holds “{text}”.");
            }
            // What is public is found in the same way, so what is not found is not there.
            Assert.True(open.Count(t => t.Length > 20 && pages[$"/register/{reference}"].Contains(t, StringComparison.Ordinal)) > 15);
            checkedTexts += hidden.Count;

            // Answers that are chosen from a list are not sealed, so they are not among the texts above.
            var form = site.Services.GetRequiredService<Rulebooks>().Form;
            var answered = JsonNode.Parse(await client.GetStringAsync(new Uri($"/api/v1/register/{reference}", UriKind.Relative)))!["answers"]!.AsObject().Select(p => p.Key).ToList();
            Assert.True(answered.Count > 30);
            foreach (var field in form.Fields.Where(f => f.Audience != Review.Proposals.Audience.Public))
            {
                Assert.DoesNotContain(field.Label, pages[$"/register/{reference}"], StringComparison.Ordinal);
                Assert.DoesNotContain(field.Id, answered);
            }
        }
        Assert.True(checkedTexts > 150);
    }

    static async Task<string> Decoded(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.Content.Headers.ContentType!.MediaType == "application/json" ? string.Join('\n', Texts(JsonNode.Parse(text))) + text : WebUtility.HtmlDecode(text);
    }

    /// <summary>What stands in the disclosures of a bundle.</summary>
    static string Unsealed(string content)
    {
        var opened = new StringBuilder();
        foreach (var word in content.Split(['"', ' ', '\n', '\t', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 20))
        {
            try
            {
                opened.AppendLine(string.Join('\n', Texts(Disclosure.Parse(word).Value)));
            }
            catch (LedgerFormatException)
            {
                // Not every word of the file is a disclosure.
            }
        }
        Assert.True(opened.Length > 1000, "No disclosures were found.");
        return opened.ToString();
    }

    [Fact]
    public async Task Anybody_finds_a_decision_and_reads_why_it_was_made_without_a_cookie()
    {
        var nobody = site.Nobody();
        var list = await nobody.Get("/register");
        Assert.Equal("Public register", list.Heading);
        Assert.Equal(2, list.Document.QuerySelectorAll(".app-proposals__item").Length);
        var narrowed = await nobody.Get("/register?Search=group+chats&Outcome=Unfavourable&Year=2026&Organisation=quayle");
        Assert.Equal("Alerts from class group chats", Assert.Single(narrowed.Document.QuerySelectorAll(".app-proposals__title")).TextContent.Trim());
        Assert.Contains("Nothing fits", (await nobody.Get("/register?Search=no+such+words")).Text, StringComparison.Ordinal);
        Assert.Contains("Nothing fits", (await nobody.Get("/register?Year=2001")).Text, StringComparison.Ordinal);

        var entry = await nobody.Get($"/register/{Favourable}");
        foreach (var words in new[]
        {
            "Favourable with conditions", "Northmere Violence Reduction Unit", "Nobody may ever use it for:", "Working out who someone is", "Could we say no to a day?", "we will change this",
            "The youth panel hears how many reading days were voted down", "What will show it: A note of the visit to the youth panel", "The Youth voice panel asked for 2 changes. The team made all of them.", "12 young people", "Criminalisation risk",
        })
            Assert.Contains(words, entry.Text, StringComparison.Ordinal);
        Assert.Equal($"/api/v1/register/{Favourable}/bundle", entry.Link("Download the record (zip)"));
        Assert.Contains("Write to complaints@reviews.example.org and give the reference", entry.Text, StringComparison.Ordinal);
        var letter = await (await site.As(site.Chair)).Get($"/proposals/{Favourable}/letter");
        Assert.Contains("Write to complaints@reviews.example.org and give the reference", letter.Text, StringComparison.Ordinal);
        // What was asked for and turned down does not read like a permission.
        var refused = await nobody.Get($"/register/{Unfavourable}");
        Assert.Contains("nobody may use the data in this way", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("May use it for", refused.Text, StringComparison.Ordinal);
        foreach (var seen in new[] { list, entry })
        {
            Assert.False(seen.Answer.Headers.Contains("Set-Cookie"), $"{seen.Path} sets a cookie.");
            Assert.Equal("public, max-age=300", seen.Answer.Headers.CacheControl!.ToString());
            Assert.Equal(["Cookie"], seen.Answer.Headers.Vary);
            Assert.Null(seen.Document.QuerySelector("meta[name=robots]"));
        }
        Assert.NotNull((await nobody.Get("/help")).Document.QuerySelector("meta[name=robots][content=noindex]"));
    }

    [Fact]
    public async Task What_is_not_on_it_answers_as_what_does_not_exist()
    {
        var nobody = site.Nobody();
        var inReview = await Read((_, session) => session.QueryAsync<string>("SELECT reference FROM proposal WHERE phase <> 'Determined'"));
        Assert.True(inReview.Count >= 4);
        foreach (var reference in inReview.Append("DUP-1999-0001"))
        {
            var page = await nobody.Get($"/register/{reference}");
            Assert.Equal(HttpStatusCode.NotFound, page.Status);
            Assert.Contains("There is no such decision on the register.", page.Text, StringComparison.Ordinal);
            foreach (var path in new[] { "", "/bundle" })
            {
                using var answer = await nobody.Client.GetAsync(new Uri($"/api/v1/register/{reference}{path}", UriKind.Relative));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.NotEqual(true, answer.Headers.CacheControl?.Public);
            }
        }
    }

    [Fact]
    public async Task Who_is_signed_in_reads_the_same_and_no_cache_keeps_their_name()
    {
        var chair = await site.As(site.Chair);
        var entry = await chair.Get($"/register/{Favourable}");
        Assert.Equal(HttpStatusCode.OK, entry.Status);
        Assert.True(entry.Answer.Headers.CacheControl!.NoStore);
        Assert.Equal(["Cookie"], entry.Answer.Headers.Vary);
        var overview = await chair.Get($"/proposals/{Favourable}");
        Assert.Equal($"/register/{Favourable}", overview.Link("See it on the public register"));
    }

    [Fact]
    public async Task The_list_the_entry_and_the_bundle_are_there_for_programs_and_the_bundle_verifies_as_complete()
    {
        await Sign();
        var client = site.Nobody().Client;
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/register?limit=1&outcome=favourable_with_conditions", UriKind.Relative)))!;
        var row = Assert.Single(list["decisions"]!.AsArray())!;
        Assert.Equal((Favourable, "favourable_with_conditions"), (row["reference"]!.GetValue<string>(), row["outcome"]!.GetValue<string>()));
        var entry = JsonNode.Parse(await client.GetStringAsync(new Uri($"/api/v1/register/{Favourable}", UriKind.Relative)))!;
        Assert.Equal("will_change", entry["concerns"]![0]!["response"]!.GetValue<string>());
        Assert.Equal(2, entry["determinations"]![0]!["conditions"]!.AsArray().Count);
        using var wrong = await client.GetAsync(new Uri("/api/v1/register?outcom=favourable", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var year = await client.GetAsync(new Uri("/api/v1/register?year=1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, year.StatusCode);

        var before = await Read((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry"));
        using var bundle = await client.GetAsync(new Uri($"/api/v1/register/{Favourable}/bundle", UriKind.Relative));
        Assert.Equal($"{Favourable}-public.zip", bundle.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(("application/zip", "public, max-age=300"), (bundle.Content.Headers.ContentType!.MediaType, bundle.Headers.CacheControl!.ToString()));
        Assert.Equal(before, await Read((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry")));

        var folder = Directory.CreateTempSubdirectory("governance-register-");
        try
        {
            var file = Path.Combine(folder.FullName, "record.zip");
            await File.WriteAllBytesAsync(file, await bundle.Content.ReadAsByteArrayAsync());
            var key = Path.Combine(folder.FullName, "log.vkey");
            await File.WriteAllTextAsync(key, await client.GetStringAsync(new Uri("/api/v1/ledger/key", UriKind.Relative)));
            var (output, error) = (new StringWriter(), new StringWriter());
            Assert.True(auditor::Governance.Auditor.AuditorProgram.Run(["verify", file, "--trust", key], output, error) == 0, output.ToString() + error);
            Assert.Contains("complete", output.ToString(), StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_public_question_has_a_place_on_the_page_and_no_other_question_has_one()
    {
        var form = site.Services.GetRequiredService<Rulebooks>().Form;
        var placed = EntryModel.Told.Concat(EntryModel.Parts.SelectMany(p => p.Fields)).ToList();
        Assert.Equal(form.Fields.Where(f => f.Audience == Review.Proposals.Audience.Public).Select(f => f.Id).Order(StringComparer.Ordinal), placed.Order(StringComparer.Ordinal));
    }
}

/// <summary>What holds for the register's addresses, whatever is on it.</summary>
public sealed class RegisterSettingsTests
{
    public sealed class Limited : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings => [("Api:PublicRequestsPerMinute", "3")];
    }

    public sealed class Off : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings => [(PublicRegister.Setting, "false")];
    }

    [Fact]
    public async Task It_is_limited_by_address_together_with_the_public_log()
    {
        await using var site = new Limited();
        var client = site.Nobody().Client;
        foreach (var path in new[] { "/register", "/api/v1/register", "/api/v1/ledger/key" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        foreach (var path in new[] { "/register", "/register/DUP-2026-0001", "/api/v1/register", "/api/v1/register/DUP-2026-0001", "/api/v1/register/DUP-2026-0001/bundle" })
        {
            using var refused = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Turned_off_nothing_of_it_is_there_and_nothing_leads_to_it()
    {
        await using var site = new Off();
        var nobody = site.Nobody();
        foreach (var path in new[] { "/register", "/register/DUP-2026-0001" })
            Assert.Equal(HttpStatusCode.NotFound, (await nobody.Get(path)).Status);
        foreach (var path in new[] { "/api/v1/register", "/api/v1/register/DUP-2026-0001", "/api/v1/register/DUP-2026-0001/bundle" })
        {
            using var answer = await nobody.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        foreach (var path in new[] { "/sign-in", "/help", "/" })
            Assert.DoesNotContain((await nobody.Get(path)).Document.QuerySelectorAll("a[href]"), a => a.GetAttribute("href")!.Contains("register", StringComparison.Ordinal));
    }
}
