using Governance.Review;
using Governance.Service.People;

namespace Governance.Service.Tests.People;

public sealed class SignInTests
{
    [Fact]
    public async Task The_right_password_signs_in_however_the_address_is_typed()
    {
        await using var service = new TestService();
        var id = await service.AddPerson(roles: Role.ProjectLead);

        var person = await service.SignIn("  PAT@Example.org ");

        Assert.Equal(id, person!.Actor.Id);
        Assert.Equal([Role.ProjectLead], person.Actor.Roles);
        Assert.False(person.MustChangePassword);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_address_a_locked_and_a_closed_account_get_the_same_answer()
    {
        await using var service = new TestService();
        await service.AddPerson();
        var closed = await service.AddPerson("closed@example.org");
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = closed, Active = false });

        Assert.Null(await service.SignIn(password: "not the password"));
        Assert.Null(await service.SignIn("nobody@example.org"));
        Assert.Null(await service.SignIn("closed@example.org"));
        for (var i = 0; i < SignIn.Tries; i++) await service.SignIn(password: "not the password");
        Assert.Null(await service.SignIn());
    }

    [Theory]
    [InlineData("pat@example.org")]
    [InlineData("nobody@example.org")]
    public async Task A_refusal_leaves_a_committed_trace_whether_or_not_the_address_is_known(string email)
    {
        await using var service = new TestService();
        await service.AddPerson();
        Assert.Null(await RefusedAt(service));

        await service.SignIn(email, "not the password");

        Assert.NotNull(await RefusedAt(service));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_fifteen_minutes_and_the_right_one_does_not_open_it()
    {
        await using var service = new TestService();
        await service.AddPerson();
        for (var i = 0; i < 4; i++) await service.SignIn(password: "not the password");
        Assert.NotNull(await service.SignIn());

        for (var i = 0; i < 5; i++) await service.SignIn(password: "not the password");
        Assert.Null(await service.SignIn());
        service.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Null(await service.SignIn());
        service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await service.SignIn());
    }

    [Fact]
    public async Task Tries_on_a_locked_account_do_not_lock_it_for_longer()
    {
        await using var service = new TestService();
        await service.AddPerson();
        for (var i = 0; i < 5; i++) await service.SignIn(password: "not the password");
        service.Clock.Advance(TimeSpan.FromMinutes(14));
        for (var i = 0; i < 5; i++) await service.SignIn(password: "not the password");
        service.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(await service.SignIn());
    }

    [Fact]
    public async Task Tries_at_the_same_moment_count_each_and_the_right_one_among_too_many_is_refused()
    {
        await using var service = new TestService();
        await service.AddPerson();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => service.SignIn(password: "not the password"))));

        Assert.Null(await service.SignIn());
    }

    [Fact]
    public async Task A_made_password_works_only_until_it_is_changed()
    {
        await using var service = new TestService();
        var added = await service.Send(new AddPerson { Actor = service.Administrator, Email = "pat@example.org", Name = "Pat Sample" });
        var person = await service.SignIn(password: added.Password!);
        Assert.True(person!.MustChangePassword);

        await service.Send(new ChangePassword { Actor = person.Actor, Current = added.Password!, New = Accounts.Password });

        Assert.Null(await service.SignIn(password: added.Password!));
        Assert.False((await service.SignIn())!.MustChangePassword);
    }

    [Fact]
    public async Task A_session_ends_when_the_password_changes_or_the_account_is_closed_and_not_when_roles_change()
    {
        await using var service = new TestService();
        var id = await service.AddPerson();
        var first = (await service.SignIn())!;

        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Roles = [Role.Auditor] });
        var still = await service.Send(new GetActor(id, first.Stamp));
        Assert.Equal([Role.Auditor], still!.Actor.Roles);

        var second = await service.Send(new ChangePassword { Actor = first.Actor, Current = Accounts.Password, New = "another lantern stands" });
        Assert.Null(await service.Send(new GetActor(id, first.Stamp)));
        Assert.NotNull(await service.Send(new GetActor(id, second.Stamp)));

        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Active = false });
        Assert.Null(await service.Send(new GetActor(id, second.Stamp)));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Active = true });
        Assert.Null(await service.Send(new GetActor(id, second.Stamp)));
    }

    [Fact]
    public async Task A_reset_ends_sessions_and_tokens_lifts_the_lock_and_gives_a_password_to_change()
    {
        await using var service = new TestService();
        var id = await service.AddPerson();
        var before = (await service.SignIn())!;
        var token = await service.Send(new CreateToken { Actor = before.Actor, Name = "report", Days = 30 });
        for (var i = 0; i < 5; i++) await service.SignIn(password: "not the password");

        var made = await service.Send(new ResetPassword { Actor = service.Administrator, Id = id });

        Assert.Null(await service.Send(new GetActor(id, before.Stamp)));
        Assert.Null(await service.Send(new FindByToken { Token = token.Token }));
        Assert.Null(await service.SignIn());
        Assert.True((await service.SignIn(password: made.Password))!.MustChangePassword);
    }

    [Theory]
    [InlineData("short", "12 characters or more")]
    [InlineData("aaaaaaaaaaaaaaaa", "repeats")]
    [InlineData("my pat@example.org", "e-mail address")]
    [InlineData(Accounts.Password, "do not use now")]
    public async Task A_weak_password_is_refused_in_words(string password, string words)
    {
        await using var service = new TestService();
        await service.AddPerson();
        var person = (await service.SignIn())!;

        var refusal = await Assert.ThrowsAsync<InvalidException>(() => service.Send(new ChangePassword { Actor = person.Actor, Current = Accounts.Password, New = password }));

        Assert.Contains(words, Assert.Single(refusal.Faults).Message, StringComparison.Ordinal);
        Assert.NotNull(await service.SignIn());
    }

    [Fact]
    public async Task Changing_a_password_needs_the_one_that_is_in_use()
    {
        await using var service = new TestService();
        await service.AddPerson();
        var person = (await service.SignIn())!;

        var refusal = await Assert.ThrowsAsync<InvalidException>(() =>
            service.Send(new ChangePassword { Actor = person.Actor, Current = "not the password", New = "another lantern stands" }));

        Assert.Equal("Current", Assert.Single(refusal.Faults).Field);
    }

    static Task<string?> RefusedAt(TestService service) => service.InTransaction<string?>((_, session) =>
        session.ScalarAsync<string?>("SELECT value FROM setting WHERE name = 'sign_in_refused_at'"));
}
