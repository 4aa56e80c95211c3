using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.People;

public sealed class PeopleTests
{
    [Fact]
    public async Task Entries_about_people_hold_no_name_no_address_and_no_id()
    {
        await using var service = new TestService();
        var id = await service.AddPerson("wanda.whisper@example.org", "Wanda Whisper", Role.PanelMember);
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Name = "Wanda Windrush" });
        await service.Send(new SetSeats { Actor = service.Administrator, Id = id, Seats = [new(StageIds.Privacy, "lay")] });
        var person = (await service.SignIn("wanda.whisper@example.org"))!.Actor;
        var token = await service.Send(new CreateToken { Actor = person, Name = "Wandas report", Days = 30 });
        await service.Send(new RevokeToken { Actor = person, Id = token.Id });
        await service.Send(new ChangePassword { Actor = person, Current = Accounts.Password, New = "another lantern stands" });
        await service.Send(new ResetPassword { Actor = service.Administrator, Id = id });

        Assert.Equal(
            ["person.added", "person.changed", "panel.changed", "token.created", "token.revoked", "person.password_changed", "person.password_reset"],
            await service.Kinds());
        var entries = await service.Entries();
        foreach (var text in entries.Select(e => System.Text.Encoding.UTF8.GetString(e.ToBytes())))
        {
            foreach (var secret in new[] { "Wanda", "wanda", "Whisper", "Windrush", "example.org/", "@", "Adminova", id.ToString("D"), id.ToString("N"), service.Administrator.Id.ToString("D") })
                Assert.DoesNotContain(secret, text.Replace("test.example/ledger", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        }
        // The same person is the same pseudonym throughout the log, and another than the administrator.
        var subject = Assert.Single(entries.Select(e => e.Data["subject"]!.GetValue<string>()).Distinct());
        Assert.All(entries.Where(e => e.Kind.StartsWith("token.", StringComparison.Ordinal)), e => Assert.Equal((subject, "account_holder"), (e.Actor, e.Role)));
        Assert.All(entries.Where(e => e.Kind is "person.added" or "panel.changed"), e => Assert.NotEqual(subject, e.Actor));

        var sealedValues = service.Disclosures();
        Assert.All(sealedValues, s => Assert.Equal("personal", s.Class));
        Assert.Equal(
            ["Wanda Whisper", "wanda.whisper@example.org", "Wanda Windrush", "Wandas report"],
            sealedValues.OrderBy(s => s.Seq).ThenByDescending(s => s.Disclosure.Name, StringComparer.Ordinal).Select(s => s.Disclosure.Value.GetValue<string>()));
    }

    [Fact]
    public async Task No_password_is_in_the_database_nor_in_what_requests_and_answers_print()
    {
        await using var service = new TestService();
        var add = new AddPerson { Actor = service.Administrator, Email = "pat@example.org", Name = "Pat Sample", Password = Accounts.Password };
        await service.Send(add);
        var signIn = new SignIn { Email = "pat@example.org", Password = "tried and wrong" };
        await service.Send(signIn);
        var person = (await service.SignIn())!.Actor;
        var change = new ChangePassword { Actor = person, Current = Accounts.Password, New = "another lantern stands" };
        await service.Send(change);
        var made = await service.Send(new ResetPassword { Actor = service.Administrator, Id = person.Id });

        var bytes = await service.AllBytes();
        var printed = $"{add}{signIn}{change}{made}";
        foreach (var password in new[] { Accounts.Password, "tried and wrong", "another lantern stands", made.Password })
        {
            Assert.DoesNotContain(password, bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(password, printed, StringComparison.Ordinal);
        }
        Assert.Contains("pat@example.org", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_password_is_hashed_in_a_transaction_where_other_writers_would_wait_for_it()
    {
        await using var service = new TestService();
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.InTransaction((_, session) => Task.FromResult(Passwords.Hash(session, Accounts.Password)), commit: false));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.InTransaction((_, session) => Task.FromResult(Passwords.Check(session, null, Accounts.Password)), commit: false));

        // Whatever needs a hash gets one all the same.
        var id = await service.AddPerson();
        var made = await service.Send(new AddPerson { Actor = service.Administrator, Email = "quin@example.org", Name = "Quin Sample" });
        Assert.NotNull(await service.SignIn("quin@example.org", made.Password!));
        var person = (await service.SignIn())!.Actor;
        await service.Send(new BeginCodes { Actor = person, Password = Accounts.Password });
        await service.Send(new ChangePassword { Actor = person, Current = Accounts.Password, New = "another lantern stands" });
        Assert.NotNull(await service.SignIn(password: "another lantern stands"));
        var reset = await service.Send(new ResetPassword { Actor = service.Administrator, Id = id });
        Assert.NotNull(await service.SignIn(password: reset.Password));
    }

    [Fact]
    public async Task Who_may_not_add_people_makes_nobody_compute_a_hash()
    {
        await using var service = new TestService();
        var add = new AddPerson { Actor = service.Lead, Email = "pat@example.org", Name = "Pat Sample", Password = Accounts.Password };
        await service.InTransaction<long>(async (_, session) =>
        {
            // Refused though the database's writer is taken: it was not even asked for.
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(add));
            return await session.ScalarAsync<long>("SELECT COUNT(*) FROM person");
        }, commit: false);
    }

    [Fact]
    public async Task A_closed_account_writes_nothing_more_whatever_its_session_still_says()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var (member, vote) = (service.Privacy[0], StageIds.Privacy);
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = member.Id, Active = false });
        var size = service.LedgerSize();
        // As a request would that was let in a moment before.
        Assert.Contains("closed", (await service.Refuses<NotAllowedException>(new CastVote { Actor = member, Reference = reference, Stage = vote, Choice = VoteChoice.Approve, Rationale = "Sound." })).Message, StringComparison.Ordinal);
        await service.Refuses<NotAllowedException>(new StartProposal { Actor = member });
        await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new ChangePerson { Actor = service.Administrator with { Id = member.Id }, Id = service.Lead.Id, Name = "Somebody Else" }));
        await service.Send(new EraseDisclosures { Actor = service.Administrator, Scope = new ErasureScope { Person = service.OtherLead.Id }, Basis = ErasureBasis.NoLongerNeeded });
        await service.Refuses<NotAllowedException>(new StartProposal { Actor = service.OtherLead });
        Assert.Equal(1, service.Count("proposal"));
        Assert.True(service.LedgerSize() > size);

        await service.Send(new ChangePerson { Actor = service.Administrator, Id = member.Id, Active = true });
        await service.Vote(reference, vote, member);
    }

    [Fact]
    public async Task The_last_active_administrator_is_neither_demoted_nor_closed()
    {
        await using var service = new TestService();
        var ada = service.Administrator;
        await Assert.ThrowsAsync<ConflictException>(() => service.Send(new ChangePerson { Actor = ada, Id = ada.Id, Roles = [Role.Auditor] }));
        await Assert.ThrowsAsync<ConflictException>(() => service.Send(new ChangePerson { Actor = ada, Id = ada.Id, Active = false }));

        var second = await service.AddPerson(roles: Role.Administrator);
        await service.Send(new ChangePerson { Actor = ada, Id = second, Active = false });
        // One that is closed does not count.
        await Assert.ThrowsAsync<ConflictException>(() => service.Send(new ChangePerson { Actor = ada, Id = ada.Id, Roles = [] }));
        await service.Send(new ChangePerson { Actor = ada, Id = second, Active = true });
        await service.Send(new ChangePerson { Actor = ada, Id = ada.Id, Roles = [] });
        Assert.Empty((await service.Actor(ada.Id)).Roles);
    }

    [Fact]
    public async Task Two_administrators_who_close_each_other_at_the_same_moment_leave_one()
    {
        await using var service = new TestService();
        var second = await service.Actor(await service.AddPerson(roles: Role.Administrator));

        var outcomes = await Task.WhenAll(new[] { (service.Administrator, second), (second, service.Administrator) }.Select(pair => Task.Run(async () =>
        {
            try
            {
                await service.Send(new ChangePerson { Actor = pair.Item1, Id = pair.Item2.Id, Active = false });
                return true;
            }
            // Too late either way: the only administrator left stays, or the account of whoever asks is closed already.
            catch (RefusalException e) when (e is ConflictException or NotAllowedException)
            {
                return false;
            }
        })));

        Assert.Single(outcomes, done => done);
        Assert.Equal(1, (await service.Send(new GetAccountsState())).Administrators);
    }

    [Fact]
    public async Task Only_administrators_look_after_people()
    {
        await using var service = new TestService();
        foreach (var actor in new[] { service.Lead, service.Chair, service.Auditor, service.Facilitator })
        {
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new AddPerson { Actor = actor, Email = "x@example.org", Name = "X" }));
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new ChangePerson { Actor = actor, Id = actor.Id, Roles = [Role.Administrator] }));
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new SetSeats { Actor = actor, Id = actor.Id, Seats = [] }));
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new ResetPassword { Actor = actor, Id = service.Administrator.Id }));
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new ListPeople { Actor = actor }));
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new GetPerson(actor.Id) { Actor = actor }));
        }
        Assert.Empty(await service.Kinds());
    }

    [Fact]
    public async Task Every_fault_of_a_new_person_is_named_at_once()
    {
        await using var service = new TestService();
        var refusal = await Assert.ThrowsAsync<InvalidException>(() => service.Send(new AddPerson
        {
            Actor = service.Administrator,
            Email = "no address",
            Name = " ",
            Seats = [new("kitchen", "lay"), new(StageIds.Privacy, "cook")],
            Password = "short",
        }));
        Assert.Equal(["Email", "Name", "Seats", "Seats", "Password"], refusal.Faults.Select(f => f.Field));
    }

    [Fact]
    public async Task An_address_has_one_account_however_it_is_written()
    {
        await using var service = new TestService();
        await service.AddPerson();
        var refusal = await Assert.ThrowsAsync<InvalidException>(() => service.AddPerson(" Pat@EXAMPLE.org"));
        Assert.Equal("Email", Assert.Single(refusal.Faults).Field);
    }

    [Fact]
    public async Task A_change_to_what_somebody_else_has_changed_is_refused()
    {
        await using var service = new TestService();
        var id = await service.AddPerson();
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Name = "Pat Second", ExpectedVersion = 1 });

        await Assert.ThrowsAsync<ConflictException>(() => service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Name = "Pat Third", ExpectedVersion = 1 }));
        await Assert.ThrowsAsync<ConflictException>(() => service.Send(new SetSeats { Actor = service.Administrator, Id = id, Seats = [new(StageIds.Privacy, "lay")], ExpectedVersion = 1 }));
        Assert.Equal("Pat Second", (await service.Actor(id)).Name);
    }

    [Fact]
    public async Task What_changes_nothing_writes_nothing()
    {
        await using var service = new TestService();
        var id = await service.AddPerson(roles: Role.Auditor);
        Assert.False((await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Name = "Pat Sample", Roles = [Role.Auditor], Active = true })).Changed);
        Assert.False((await service.Send(new SetSeats { Actor = service.Administrator, Id = id, Seats = [] })).Changed);
        Assert.Equal(["person.added"], await service.Kinds());
    }

    [Fact]
    public async Task A_new_seat_brings_open_votes_into_the_queue_and_losing_it_takes_them_out()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.ServiceDesign);
        var id = await service.AddPerson(roles: Role.PanelMember);
        Assert.Empty(await Queue(service, id));

        await service.Send(new SetSeats { Actor = service.Administrator, Id = id, Seats = [new(StageIds.Privacy, "lay")] });
        Assert.Equal([("Vote", StageIds.Privacy)], await Queue(service, id));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Roles = [] });
        Assert.Empty(await Queue(service, id));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Roles = [Role.PanelMember] });
        Assert.Equal([("Vote", StageIds.Privacy)], await Queue(service, id));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Active = false });
        Assert.Empty(await Queue(service, id));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = id, Active = true });
        await service.Send(new SetSeats { Actor = service.Administrator, Id = id, Seats = [] });
        Assert.Empty(await Queue(service, id));
    }

    [Fact]
    public async Task Somebody_who_joins_with_a_seat_finds_the_open_votes_waiting()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.ServiceDesign);
        var added = await service.Send(new AddPerson
        {
            Actor = Actor.Service,
            Email = "late@example.org",
            Name = "Late Comer",
            Roles = [Role.PanelMember],
            Seats = [new(StageIds.Privacy, "lay")],
        });
        Assert.Equal([("Vote", StageIds.Privacy)], await Queue(service, added.Id));
        var entry = (await service.Entries())[^1];
        Assert.Equal(("person.added", "service", "service"), (entry.Kind, entry.Actor, entry.Role));
    }

    [Fact]
    public async Task People_are_found_by_part_of_a_name_or_address_and_wildcards_are_plain_characters()
    {
        await using var service = new TestService();
        await service.AddPerson("odd@example.org", "Odd 100%_name");
        async Task<string[]> Names(string search) => [.. (await service.Send(new ListPeople { Actor = service.Administrator, Search = search })).People.Select(p => p.Name)];

        Assert.Equal(["Lena Leadbetter"], await Names("LEADBET"));
        Assert.Equal(["Otto Outerbridge"], await Names("otto@"));
        Assert.Equal(["Odd 100%_name"], await Names("0%_n"));
        Assert.Empty(await Names("%_%_%x"));
        Assert.Equal(16, (await Names("")).Length);
        var chair = Assert.Single((await service.Send(new ListPeople { Actor = service.Administrator, Search = "chidi" })).People);
        Assert.Equal([Role.PanelMember, Role.Chair], chair.Roles);
    }

    static Task<IReadOnlyList<(string, string)>> Queue(TestService service, Guid person) => service.InTransaction<IReadOnlyList<(string, string)>>(async (_, session) =>
        [.. (await session.QueryAsync<Item>("SELECT task, stage FROM work_item WHERE person = @person", new { person })).Select(i => (i.Task, i.Stage))]);

    sealed record Item
    {
        public string Task { get; init; } = "";
        public string Stage { get; init; } = "";
    }
}
