using System.Collections.Immutable;
using Governance.Review;
using Governance.Review.Events;
using Governance.Service.Erasures;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Microsoft.Extensions.Configuration;
using OtpNet;

namespace Governance.Service.Tests.People;

/// <summary>One-time codes: each works once, wrong ones lock as wrong passwords do, and the secret is nowhere in the open.</summary>
public sealed class CodeTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>What a phone shows that was given the secret as the page shows it.</summary>
    string Shown(string secret, int secondsOff = 0) =>
        new Totp(Base32Encoding.ToBytes(secret.Replace(" ", "", StringComparison.Ordinal))).ComputeTotp(_service.Clock.GetUtcNow().AddSeconds(secondsOff).UtcDateTime);

    async Task<(Actor Actor, string Secret, ImmutableArray<string> Backups)> SetUp(params Role[] roles)
    {
        var actor = await _service.Actor(await _service.AddPerson(roles: roles));
        await _service.Send(new BeginCodes { Actor = actor, Password = Accounts.Password });
        var secret = (await _service.Send(new GetCodes(actor))).Secret!;
        var confirmed = await _service.Send(new ConfirmCodes { Actor = actor, Code = Shown(secret) });
        _service.Clock.Advance(TimeSpan.FromSeconds(30));
        return (actor, secret, confirmed.Backups);
    }

    async Task<SignedIn?> Enter(string code)
    {
        var first = (await _service.SignIn())!;
        Assert.True(first.HasCode);
        return await _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = first.Stamp, Code = code });
    }

    [Fact]
    public async Task A_code_is_asked_for_once_it_was_confirmed_and_not_before()
    {
        var actor = await _service.Actor(await _service.AddPerson());
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new BeginCodes { Actor = actor, Password = "not the password" }));
        await _service.Send(new BeginCodes { Actor = actor, Password = Accounts.Password });
        var begun = await _service.Send(new GetCodes(actor));
        Assert.Contains($"secret={begun.Secret!.Replace(" ", "", StringComparison.Ordinal)}", begun.Link, StringComparison.Ordinal);
        Assert.False((await _service.SignIn())!.HasCode);
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new ConfirmCodes { Actor = actor, Code = "000000" }));
        Assert.False((await _service.SignIn())!.HasCode);

        var before = (await _service.SignIn())!.Stamp;
        await _service.Send(new ConfirmCodes { Actor = actor, Code = Shown(begun.Secret!) });
        var after = await _service.SignIn();
        Assert.True(after!.HasCode);
        // Sessions from before end.
        Assert.NotEqual(before, after.Stamp);
        Assert.Null((await _service.Send(new GetCodes(actor))).Secret);
        Assert.Contains("person.code_set_up", await _service.Kinds());
    }

    [Fact]
    public async Task A_code_signs_in_once_and_so_does_one_half_a_minute_off_and_no_other()
    {
        var (_, secret, _) = await SetUp();
        Assert.Null(await Enter(Shown(secret, -90)));
        Assert.Null(await Enter(Shown(secret, 90)));
        Assert.Null(await Enter(""));
        var code = Shown(secret);
        Assert.NotNull(await Enter($" {code[..3]} {code[3..]} "));
        Assert.Null(await Enter(code));
        // An older one than the last that was used is gone with it.
        Assert.Null(await Enter(Shown(secret, -30)));
        Assert.NotNull(await Enter(Shown(secret, 30)));
    }

    [Fact]
    public async Task The_code_that_confirmed_does_not_sign_in()
    {
        var actor = await _service.Actor(await _service.AddPerson());
        await _service.Send(new BeginCodes { Actor = actor, Password = Accounts.Password });
        var code = Shown((await _service.Send(new GetCodes(actor))).Secret!);
        await _service.Send(new ConfirmCodes { Actor = actor, Code = code });
        Assert.Null(await Enter(code));
    }

    [Fact]
    public async Task A_backup_code_signs_in_once_however_it_is_typed_and_new_ones_replace_the_old()
    {
        var (actor, _, backups) = await SetUp();
        Assert.Equal(OneTimeCodes.Backups, backups.Distinct().Count());
        Assert.NotNull(await Enter(backups[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)));
        Assert.Null(await Enter(backups[0]));
        Assert.Equal(OneTimeCodes.Backups - 1, (await _service.Send(new GetCodes(actor))).Backups);
        var renewed = await _service.Send(new RenewBackups { Actor = actor, Password = Accounts.Password });
        Assert.Null(await Enter(backups[1]));
        Assert.NotNull(await Enter(renewed[0]));
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_as_wrong_passwords_do_though_the_right_password_comes_in_between()
    {
        var (actor, secret, _) = await SetUp();
        for (var i = 0; i < SignIn.Tries; i++) Assert.Null(await Enter("123456"));
        Assert.Null(await _service.SignIn());
        Assert.NotNull((await _service.Send(new GetPerson(actor.Id) { Actor = _service.Administrator })).LockedUntil);
        _service.Clock.Advance(SignIn.LockedFor);
        Assert.NotNull(await Enter(Shown(secret)));
    }

    [Fact]
    public async Task A_locked_account_takes_not_even_the_right_code_from_who_gave_the_password_before()
    {
        var (_, secret, backups) = await SetUp();
        var first = (await _service.SignIn())!;
        for (var i = 0; i < SignIn.Tries; i++) Assert.Null(await Enter("123456"));
        Assert.Null(await _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = first.Stamp, Code = Shown(secret) }));
        Assert.Null(await _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = first.Stamp, Code = backups[0] }));
        _service.Clock.Advance(SignIn.LockedFor);
        Assert.NotNull(await _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = first.Stamp, Code = backups[0] }));
        Assert.Null(await _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = "another", Code = backups[1] }));
    }

    [Fact]
    public async Task Of_two_tries_with_one_code_at_the_same_time_one_gets_in()
    {
        var (_, secret, _) = await SetUp();
        var first = (await _service.SignIn())!;
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _service.Send(new SignInWithCode { Person = first.Actor.Id, Stamp = first.Stamp, Code = Shown(secret) })));
        Assert.Single(tries, t => t is not null);
    }

    [Fact]
    public async Task An_administrator_resets_somebodys_codes_on_record_and_never_their_own()
    {
        var (actor, _, _) = await SetUp();
        var stamp = (await _service.SignIn())!.Stamp;
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Send(new ResetCodes { Actor = _service.Chair, Id = actor.Id }));
        await Assert.ThrowsAsync<ConflictException>(() => _service.Send(new ResetCodes { Actor = _service.Administrator, Id = _service.Administrator.Id }));
        Assert.True((await _service.Send(new GetPerson(actor.Id) { Actor = _service.Administrator })).HasCode);
        await _service.Send(new ResetCodes { Actor = _service.Administrator, Id = actor.Id });
        var after = (await _service.SignIn())!;
        Assert.False(after.HasCode);
        Assert.NotEqual(stamp, after.Stamp);
        Assert.Contains("person.code_reset", await _service.Kinds());
        await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new ResetCodes { Actor = _service.Administrator, Id = actor.Id }));
    }

    [Fact]
    public async Task A_person_stops_with_their_password_unless_their_role_must_have_codes()
    {
        var (actor, _, _) = await SetUp();
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new StopCodes { Actor = actor, Password = "not the password" }));
        await _service.Send(new StopCodes { Actor = actor, Password = Accounts.Password });
        Assert.False((await _service.SignIn())!.HasCode);
        Assert.Contains("person.code_removed", await _service.Kinds());

        await using var strict = new TestService(settings: new Dictionary<string, string?> { ["SignIn:CodesRequiredFor"] = "chair, administrator" });
        Assert.True((await strict.Send(new GetCodes(strict.Chair))).Required);
        Assert.False((await strict.Send(new GetCodes(strict.Lead))).Required);
        await Assert.ThrowsAsync<NotAllowedException>(() => strict.Send(new StopCodes { Actor = strict.Chair, Password = "" }));
        Assert.Throws<InvalidDataException>(() => CodesRequired.Load(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [CodesRequired.Setting] = "boss" }).Build()));
    }

    [Fact]
    public async Task Neither_the_secret_nor_a_backup_code_is_in_the_files_and_erasing_the_person_takes_both()
    {
        var (actor, secret, backups) = await SetUp();
        var raw = Base32Encoding.ToBytes(secret.Replace(" ", "", StringComparison.Ordinal));
        var bytes = await _service.AllBytes();
        foreach (var text in new[] { secret, secret.Replace(" ", "", StringComparison.Ordinal), System.Text.Encoding.Latin1.GetString(raw), backups[0], backups[0].Replace("-", "", StringComparison.Ordinal) })
            Assert.DoesNotContain(text, bytes, StringComparison.Ordinal);
        await _service.Send(new EraseDisclosures { Actor = _service.Administrator, Scope = new ErasureScope { Person = actor.Id }, Basis = ErasureBasis.ConsentWithdrawn });
        Assert.Equal((0L, 0L), await _service.InTransaction(async (_, session) =>
            (await session.ScalarAsync<long>("SELECT COUNT(*) FROM one_time_code"), await session.ScalarAsync<long>("SELECT COUNT(*) FROM backup_code"))));
    }

    /// <summary>RFC 6238, appendix B, with six digits: what every authenticator shows.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long time, string code) =>
        Assert.Equal(time / 30, OneTimeCodes.Step("12345678901234567890"u8.ToArray(), code, DateTimeOffset.FromUnixTimeSeconds(time)));
}
