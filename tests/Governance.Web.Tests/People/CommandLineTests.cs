using Governance.Ledger;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Demonstration;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Commands;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Governance.Web.Tests.People;

public sealed class CommandLineTests
{
    [Fact]
    public async Task User_add_makes_an_account_with_roles_and_seats_and_prints_a_password_that_works_once()
    {
        await using var site = new PeopleSite();
        var (code, output, _) = await Run(site, "", "user", "add", "--email", "New@Example.org", "--name", "New Person",
            "--role", "administrator", "--role", "youth-panel-member", "--seat", "youth-voice:youth");

        Assert.Equal(0, code);
        var password = output.Split('\n').Single(l => l.StartsWith("First password", StringComparison.Ordinal)).Split(": ")[1].Trim();
        var person = await site.Send(new SignIn { Email = "new@example.org", Password = password });
        Assert.True(person!.MustChangePassword);
        Assert.True(person.Actor.Roles.SetEquals([Role.Administrator, Role.YouthPanelMember]));
        Assert.Equal([new PanelSeat(StageIds.YouthVoice, "youth")], person.Actor.Seats);
    }

    [Fact]
    public async Task User_add_takes_a_password_from_standard_input_and_prints_none()
    {
        await using var site = new PeopleSite();
        var (code, output, error) = await Run(site, PeopleSite.Password + "\n", "user", "add", "--email", "new@example.org", "--name", "New Person", "--role", "auditor", "--password-stdin");
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain("assword", output, StringComparison.Ordinal);
        Assert.False((await site.Send(new SignIn { Email = "new@example.org", Password = PeopleSite.Password }))!.MustChangePassword);
    }

    [Theory]
    [InlineData("king", "privacy:lay", "name@example.org", "There is no role")]
    [InlineData("auditor", "privacy", "name@example.org", "panel:kind")]
    [InlineData("auditor", "privacy:cook", "name@example.org", "There is no kind of seat")]
    [InlineData("auditor", "privacy:lay", "no address", "must have no spaces")]
    public async Task User_add_says_what_is_wrong_and_adds_nobody(string role, string seat, string email, string words)
    {
        await using var site = new PeopleSite();
        var (code, _, error) = await Run(site, "", "user", "add", "--email", email, "--name", "New Person", "--role", role, "--seat", seat);
        Assert.Equal(1, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Empty((await site.Send(new ListPeople { Actor = Actor.Service })).People);
    }

    [Fact]
    public async Task Token_create_prints_the_token_alone_on_standard_output()
    {
        await using var site = new PeopleSite();
        var id = await site.Add("pat@example.org", "Pat Sample");
        var (code, output, _) = await Run(site, "", "token", "create", "--email", "pat@example.org", "--name", "report", "--days", "30");
        Assert.Equal(0, code);
        Assert.Equal(id, (await site.Send(new FindByToken { Token = output.Trim() }))!.Id);

        Assert.Equal(1, (await Run(site, "", "token", "create", "--email", "nobody@example.org", "--name", "report", "--days", "30")).Code);
        Assert.Equal(1, (await Run(site, "", "token", "create", "--email", "pat@example.org", "--name", "report", "--days", "400")).Code);
    }

    [Fact]
    public async Task Checkpoint_signs_what_is_there_now_and_prints_the_note()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var (code, output, _) = await Run(site, "", "checkpoint");
        Assert.Equal(0, code);
        var note = SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(output));
        Assert.Single(note.Verify(site.Services.GetRequiredService<SigningKey>().Verifier));
        var size = Checkpoint.Parse(note.Text).Size;
        Assert.True(size >= 2, "The account that was added is an entry, and the heads are another.");

        Assert.Equal(output, (await Run(site, "", "checkpoint")).Output);
        await site.Add("quinn@example.org", "Quinn Sample");
        Assert.True(Checkpoint.Parse(SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes((await Run(site, "", "checkpoint")).Output)).Text).Size > size);
    }

    [Fact]
    public async Task Key_create_writes_a_key_for_its_owner_alone_and_overwrites_none()
    {
        await using var site = new PeopleSite();
        var file = Path.Combine(site.Folder, "keys", "new.key");
        var (code, output, _) = await Run(site, "", "key", "create", "--name", "example.org/log", "--out", file);

        Assert.Equal(0, code);
        var written = await File.ReadAllTextAsync(file);
        Assert.Equal(NoteSigner.Parse(written.Trim()).Verifier.ToString(), NoteVerifier.Parse(output.Trim()).ToString());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        Assert.Equal(1, (await Run(site, "", "key", "create", "--name", "example.org/log", "--out", file)).Code);
        Assert.Equal(written, await File.ReadAllTextAsync(file));
        Assert.Equal(1, (await Run(site, "", "key", "create", "--name", "two words", "--out", file + "2")).Code);
        Assert.False(File.Exists(file + "2"));
    }

    [Fact]
    public async Task Key_rotate_passes_the_key_on_and_the_site_then_wants_the_new_one()
    {
        await using var site = new PeopleSite();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        _ = site.Services;
        var next = Path.Combine(site.Folder, "next.key");
        Assert.Equal(1, (await Run(site, "", "key", "rotate", "--to", next)).Code);
        Assert.Equal(0, (await Run(site, "", "key", "create", "--name", PeopleSite.LogName, "--out", next)).Code);
        var (code, output, error) = await Run(site, "", "key", "rotate", "--to", next);
        Assert.Equal(0, code);
        Assert.Contains("Ledger:PreviousKeyFile", error, StringComparison.Ordinal);
        var note = SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(output));
        var keys = ((string[])[site.KeyFile, next]).Select(f => NoteSigner.Parse(File.ReadAllText(f).Trim()).Verifier).ToList();
        Assert.Equal(2, note.Verify(keys).Count);
        Assert.Contains("passed on", Assert.Single(await Problems(site, "Production", site.KeyFile)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_forgets_findings_only_when_all_is_well()
    {
        await using var site = new PeopleSite();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        await site.Send(new NoteFindings(["Entry 7 is odd."]) { Actor = Actor.Service });
        Assert.Equal(0, (await Run(site, "", "doctor")).Code);
        Assert.NotEmpty(await site.Send(new ListFindings()));
        Assert.Equal(0, (await Run(site, "", "doctor", "--clear-findings")).Code);
        Assert.Empty(await site.Send(new ListFindings()));
    }

    [Fact]
    public async Task Move_up_copies_everything_and_looks_it_over()
    {
        await using var site = PeopleSite.Embedded();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        var target = Path.Combine(site.Folder, "moved.db");
        var (code, output, error) = await Run(site, "", "move-up", "--to", target);
        Assert.Equal(0, code);
        Assert.Contains("person: 1 rows", error, StringComparison.Ordinal);
        Assert.Contains("entries are the same, byte for byte", output, StringComparison.Ordinal);
        Assert.Contains("0 proposals looked at, no faults.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_up_says_where_it_cannot_go()
    {
        await using var site = PeopleSite.Embedded();
        var (code, _, error) = await Run(site, "", "move-up");
        Assert.Equal(1, code);
        Assert.Contains("MoveUp__To", error, StringComparison.Ordinal);
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        var taken = Path.Combine(site.Folder, "taken.db");
        Assert.Equal(0, (await Run(site, "", "backup", "--out", taken)).Code);
        (code, _, error) = await Run(site, "", "move-up", "--to", taken);
        Assert.Equal(1, code);
        Assert.Contains("not empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_up_takes_the_key_store_along_where_it_is_told_to_and_says_to_destroy_the_old_one()
    {
        await using var site = PeopleSite.Embedded();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        var (target, keys) = (Path.Combine(site.Folder, "moved.db"), Path.Combine(site.Folder, "elsewhere", "moved-keys.db"));
        var (code, output, error) = await Run(site, "", "move-up", "--to", target, "--keys-to", target);
        Assert.Equal(1, code);
        Assert.Contains("database of their own", error, StringComparison.Ordinal);
        (code, output, _) = await Run(site, "", "move-up", "--to", target, "--keys-to", keys);
        Assert.Equal(0, code);
        Assert.Contains("Moved the key store", output, StringComparison.Ordinal);
        Assert.Contains("destroy the old key store", output, StringComparison.Ordinal);
        Assert.True(File.Exists(keys));
        // Once more: everything is there and the same.
        Assert.Equal(0, (await Run(site, "", "move-up", "--to", target, "--keys-to", keys)).Code);
    }

    [Fact]
    public async Task Backup_copies_the_data_the_key_store_or_both_and_never_side_by_side()
    {
        await using var site = PeopleSite.Embedded();
        var (data, keys) = (Path.Combine(site.Folder, "backup.db"), Path.Combine(Directory.CreateDirectory(Path.Combine(site.Folder, "apart")).FullName, "keys.db"));
        Assert.Contains("--keys-out", (await Run(site, "", "backup")).Error, StringComparison.Ordinal);
        Assert.Contains("together they undo", (await Run(site, "", "backup", "--out", data, "--keys-out", data + ".keys")).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(data));
        Assert.Equal(0, (await Run(site, "", "backup", "--keys-out", keys)).Code);
        Assert.True(File.Exists(keys));
        Assert.Contains("exists already", (await Run(site, "", "backup", "--out", data, "--keys-out", keys)).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(data));
    }

    [Fact]
    public async Task The_wrapping_key_is_changed_only_with_both_keys_at_hand_and_every_node_stopped()
    {
        await using var site = new PeopleSite();
        var (code, _, error) = await Run(site, "", "key", "rotate-wrapping");
        Assert.Equal(1, code);
        Assert.Contains("Keys:PreviousWrappingKeyFile", error, StringComparison.Ordinal);
        var old = Path.Combine(site.Folder, "old.key");
        Assert.Equal(0, (await Run(site, "", "key", "create-wrapping", "--out", old)).Code);
        site.Services.GetRequiredService<IConfiguration>()["Keys:PreviousWrappingKeyFile"] = old;
        Assert.True(await Leases.ClaimAsync(site.Services.GetRequiredService<IServiceScopeFactory>(), "some work", TestContext.Current.CancellationToken));
        (code, _, error) = await Run(site, "", "key", "rotate-wrapping");
        Assert.Equal(1, code);
        Assert.Contains("Stop every node", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "user", "add")]
    [InlineData(true, "nonsense")]
    [InlineData(true, "--help")]
    [InlineData(false, "--urls=http://127.0.0.1:5000")]
    [InlineData(false)]
    public void Arguments_are_a_subcommand_or_settings(bool meant, params string[] args) => Assert.Equal(meant, CommandLine.IsMeant(args));

    [Fact]
    public async Task A_site_for_real_use_does_not_start_without_a_key_and_an_administrator_and_says_what_to_do()
    {
        await using var site = new PeopleSite();
        var none = Path.Combine(site.Folder, "none.key");
        var problems = await Problems(site, "Production", none);
        Assert.Contains($"key create --name {PeopleSite.LogName} --out {none}", problems[0], StringComparison.Ordinal);
        Assert.Contains("user add --email", problems[1], StringComparison.Ordinal);
        Assert.False(File.Exists(none));

        Assert.Equal(0, (await Run(site, "", "key", "create", "--name", PeopleSite.LogName, "--out", none)).Code);
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        Assert.Empty(await Problems(site, "Production", none));
    }

    [Fact]
    public async Task A_site_for_real_use_does_not_start_with_the_key_of_another_log_an_open_file_or_made_up_people()
    {
        await using var site = new PeopleSite();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        var other = Path.Combine(site.Folder, "other.key");
        await Run(site, "", "key", "create", "--name", "other.example/log", "--out", other);
        Assert.Contains("other.example/log", Assert.Single(await Problems(site, "Production", other)), StringComparison.Ordinal);

        var open = Path.Combine(site.Folder, "open.key");
        await Run(site, "", "key", "create", "--name", PeopleSite.LogName, "--out", open);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Single(await Problems(site, "Production", open)), StringComparison.Ordinal);
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await site.Send(new AddPerson { Actor = Actor.Service, Email = "demo@example.org", Name = "Demi Demo", Demonstration = "A chair" });
        Assert.Contains("made-up people", Assert.Single(await Problems(site, "Production", open)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Development_a_missing_key_is_made_and_kept()
    {
        await using var site = new PeopleSite();
        var file = Path.Combine(site.Folder, "dev.key");
        Assert.Empty(await Problems(site, "Development", file));
        var made = await File.ReadAllTextAsync(file);
        Assert.Equal(PeopleSite.LogName, NoteSigner.Parse(made.Trim()).Verifier.Name);
        Assert.Empty(await Problems(site, "Development", file));
        Assert.Equal(made, await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_site_does_not_start_while_another_route_engine_keeps_open_proposals_and_doctor_moves_them()
    {
        await using var site = new PeopleSite();
        Assert.True(await DemonstrationData.EnsureAsync(site.Services, development: true, CancellationToken.None));
        Assert.Empty(await Problems(site, "Development", site.KeyFile));
        await using (var scope = site.Services.CreateAsyncScope())
        {
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            await session.BeginWriteAsync(CancellationToken.None);
            await session.ExecuteAsync("UPDATE proposal SET route_state = REPLACE(route_state, 'embedded', 'clockwork')");
            await session.CommitAsync();
        }

        var problem = Assert.Single(await Problems(site, "Development", site.KeyFile));
        Assert.Contains("(clockwork)", problem, StringComparison.Ordinal);
        Assert.Contains("doctor --rebuild-routes", problem, StringComparison.Ordinal);
        var routes = (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["routes"];
        Assert.Equal(HealthStatus.Degraded, routes.Status);
        Assert.Contains("its route is kept by the engine “clockwork”", routes.Description, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Run(site, "", "doctor")).Code);
        var (code, output, _) = await Run(site, "", "doctor", "--rebuild-routes");

        Assert.Equal(0, code);
        Assert.Contains(": clockwork to embedded", output, StringComparison.Ordinal);
        Assert.EndsWith("4 routes rebuilt, 0 not.", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(await Problems(site, "Development", site.KeyFile));
        Assert.EndsWith(" 0 faults.", (await Run(site, "", "doctor")).Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_does_not_start_on_a_route_engine_that_it_does_not_have() =>
        Assert.Equal(3, await Composition.Site.RunAsync(["--Workflow:Engine=Elsa"]));

    static async Task<(int Code, string Output, string Error)> Run(PeopleSite site, string input, params string[] args)
    {
        using var stdin = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, site.Services, stdin, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The checks as they run in another environment, over the same database.</summary>
    static async Task<IReadOnlyList<string>> Problems(PeopleSite site, string environment, string keyFile)
    {
        site.Services.GetRequiredService<IConfiguration>()[StartupChecks.KeyFile] = keyFile;
        var host = site.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostEnvironment>();
        var before = host.EnvironmentName;
        host.EnvironmentName = environment;
        try
        {
            return await StartupChecks.FindAsync(site.Services, site.Folder);
        }
        finally
        {
            host.EnvironmentName = before;
        }
    }
}
