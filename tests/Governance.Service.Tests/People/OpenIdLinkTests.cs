using Governance.Review;
using Governance.Review.Events;
using Governance.Service.Erasures;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Service.Tests.People;

/// <summary>One login with the provider for one account, from the first time on.</summary>
public sealed class OpenIdLinkTests : IAsyncDisposable
{
    const string Issuer = "https://login.example.org/staff";

    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    Task<OpenIdAccount?> Find(string subject, string? email, string issuer = Issuer) => _service.Send(new FindByOpenId { Issuer = issuer, Subject = subject, Email = email });

    Task Link(Actor person, string subject, string issuer = Issuer) => _service.Send(new LinkOpenId { Actor = person, Issuer = issuer, Subject = subject });

    [Fact]
    public async Task The_address_finds_an_account_once_and_then_only_the_login_that_was_linked_does()
    {
        Assert.Equal((_service.Lead.Id, false), ((await Find("one", "Lena@Example.org"))!.Person.Actor.Id, (await Find("one", "Lena@Example.org"))!.Linked));
        Assert.Null(await Find("one", null));
        await Link(_service.Lead, "one");
        await Link(_service.Lead, "one");
        foreach (var email in new[] { "lena@example.org", null, "otto@example.org" })
        {
            var found = (await Find("one", email))!;
            Assert.Equal((_service.Lead.Id, true), (found.Person.Actor.Id, found.Linked));
        }
        // Subjects are compared letter by letter, and belong to their issuer alone.
        foreach (var (subject, issuer) in new[] { ("two", Issuer), ("ONE", Issuer), ("one", "https://login.example.org/other") })
        {
            Assert.False((await Find(subject, "lena@example.org", issuer))!.Linked);
            var refused = await Assert.ThrowsAsync<ConflictException>(() => Link(_service.Lead, subject, issuer));
            Assert.Contains("Ask an administrator", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_login_whose_account_was_closed_opens_no_other_account_that_has_its_address()
    {
        await Link(_service.OtherLead, "one");
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = _service.OtherLead.Id, Active = false });
        Assert.Null(await Find("one", "lena@example.org"));
    }

    [Fact]
    public async Task Two_logins_that_come_first_at_the_same_moment_on_two_nodes_end_with_one_of_them()
    {
        await using var other = Host.Node(_service);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var link = new LinkOpenId { Actor = _service.Lead, Issuer = Issuer, Subject = $"subject-{i}" };
            return await Record.ExceptionAsync(() => i % 2 == 0 ? _service.Send(link) : other.Send(link));
        })));
        Assert.Single(outcomes, (Exception? o) => o is null);
        Assert.All(outcomes.OfType<Exception>(), o => Assert.IsType<ConflictException>(o));
        Assert.Equal(1, await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM openid_link")));
    }

    [Fact]
    public async Task An_administrator_releases_the_link_which_ends_the_sessions_and_is_on_record_without_the_login()
    {
        await Link(_service.Lead, "subject-of-lena");
        var stamp = (await Find("subject-of-lena", null))!.Person.Stamp;
        Assert.Equal(_service.Clock.GetUtcNow(), (await _service.Send(new GetPerson(_service.Lead.Id) { Actor = _service.Administrator })).LinkedAt);
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Send(new ReleaseOpenId { Actor = _service.Chair, Id = _service.Lead.Id }));
        await Assert.ThrowsAsync<ConflictException>(() => _service.Send(new ReleaseOpenId { Actor = _service.Administrator, Id = _service.Administrator.Id }));
        await _service.Send(new ReleaseOpenId { Actor = _service.Administrator, Id = _service.Lead.Id });
        await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new ReleaseOpenId { Actor = _service.Administrator, Id = _service.Lead.Id }));
        Assert.Null(await _service.Send(new GetActor(_service.Lead.Id, stamp)));
        Assert.Null((await _service.Send(new GetPerson(_service.Lead.Id) { Actor = _service.Administrator })).LinkedAt);
        await Link(_service.Lead, "another");
        var entries = await _service.InTransaction((_, session) => session.QueryAsync<byte[]>("SELECT entry FROM ledger_entry ORDER BY seq"));
        var texts = entries.Select(System.Text.Encoding.UTF8.GetString).ToList();
        Assert.Equal((2, 1), (texts.Count(t => t.Contains("person.openid_linked", StringComparison.Ordinal)), texts.Count(t => t.Contains("person.openid_released", StringComparison.Ordinal))));
        Assert.DoesNotContain(texts, t => t.Contains("subject-of-lena", StringComparison.Ordinal) || t.Contains(Issuer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erasing_a_person_takes_the_link_and_again_where_an_old_copy_of_the_data_brings_it_back()
    {
        await Link(_service.Lead, "one");
        var row = await _service.InTransaction((_, session) => session.FirstAsync<Row>("SELECT name, email FROM person WHERE id = @Id", new { _service.Lead.Id }));
        await _service.Send(new EraseDisclosures { Actor = _service.Administrator, Scope = new ErasureScope { Person = _service.Lead.Id }, Basis = ErasureBasis.ConsentWithdrawn });
        Assert.Equal(0, await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM openid_link")));
        Assert.Null(await Find("one", "lena@example.org"));

        await _service.InTransaction(async (_, session) =>
        {
            await session.ExecuteAsync("UPDATE person SET name = @Name, email = @Email, active = 1 WHERE id = @Id", new { row!.Name, row.Email, _service.Lead.Id });
            return await session.ExecuteAsync("INSERT INTO openid_link (person, issuer, subject, linked_at) VALUES (@Id, @Issuer, 'one', @now)", new { _service.Lead.Id, Issuer, now = _service.Clock.GetUtcNow() });
        });
        Assert.Equal(1, await _service.Send(new BlankErasedAccounts { Actor = Actor.Service }));
        Assert.Null(await Find("one", "lena@example.org"));
    }

    sealed record Row
    {
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
    }
}
