using System.Security.Cryptography;
using System.Text;
using Governance.Review;
using Governance.Service.People;

namespace Governance.Service.Tests.People;

public sealed class TokenTests
{
    [Fact]
    public async Task A_token_is_its_owner_until_it_expires()
    {
        await using var service = new TestService();
        var created = await service.Send(new CreateToken { Actor = service.Lead, Name = "report", Days = 1 });

        Assert.Matches("^gov_[A-Za-z0-9_-]{43}$", created.Token);
        Assert.Equal(service.Lead.Id, (await service.Send(new FindByToken { Token = created.Token }))!.Id);
        service.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await service.Send(new FindByToken { Token = created.Token }));
        service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await service.Send(new FindByToken { Token = created.Token }));
        Assert.Empty(await service.Send(new ListTokens { Actor = service.Lead }));
    }

    [Fact]
    public async Task A_revoked_token_and_one_of_a_closed_account_are_nobody()
    {
        await using var service = new TestService();
        var revoked = await service.Send(new CreateToken { Actor = service.Lead, Name = "one", Days = 30 });
        var left = await service.Send(new CreateToken { Actor = service.Lead, Name = "two", Days = 30 });

        Assert.True(await service.Send(new RevokeToken { Actor = service.Lead, Id = revoked.Id }));
        Assert.False(await service.Send(new RevokeToken { Actor = service.Lead, Id = revoked.Id }));
        Assert.Null(await service.Send(new FindByToken { Token = revoked.Token }));
        Assert.Equal("two", Assert.Single(await service.Send(new ListTokens { Actor = service.Lead })).Name);

        await service.Send(new ChangePerson { Actor = service.Administrator, Id = service.Lead.Id, Active = false });
        Assert.Null(await service.Send(new FindByToken { Token = left.Token }));
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = service.Lead.Id, Active = true });
        Assert.Null(await service.Send(new FindByToken { Token = left.Token }));
        Assert.Equal(["token.created", "token.created", "token.revoked", "person.changed", "person.changed"], await service.Kinds());
    }

    [Fact]
    public async Task Only_the_digest_of_a_token_is_in_the_database()
    {
        await using var service = new TestService();
        var created = await service.Send(new CreateToken { Actor = service.Lead, Name = "report", Days = 30 });

        var bytes = await service.AllBytes();

        Assert.DoesNotContain(created.Token[4..], bytes, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(created.Token))), bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Token[4..], created.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_acts_with_the_roles_of_the_moment()
    {
        await using var service = new TestService();
        var created = await service.Send(new CreateToken { Actor = service.Lead, Name = "report", Days = 30 });
        await service.Send(new ChangePerson { Actor = service.Administrator, Id = service.Lead.Id, Roles = [Role.Auditor] });

        Assert.Equal([Role.Auditor], (await service.Send(new FindByToken { Token = created.Token }))!.Roles);
    }

    [Fact]
    public async Task When_a_token_was_last_used_is_kept_to_within_five_minutes()
    {
        await using var service = new TestService();
        var created = await service.Send(new CreateToken { Actor = service.Lead, Name = "report", Days = 30 });
        Assert.Null(Assert.Single(await service.Send(new ListTokens { Actor = service.Lead })).LastUsedAt);

        await service.Send(new FindByToken { Token = created.Token });
        service.Clock.Advance(TimeSpan.FromMinutes(4));
        await service.Send(new FindByToken { Token = created.Token });
        Assert.Equal(TestService.Start, Assert.Single(await service.Send(new ListTokens { Actor = service.Lead })).LastUsedAt);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.Send(new FindByToken { Token = created.Token });
        Assert.Equal(TestService.Start.AddMinutes(5), Assert.Single(await service.Send(new ListTokens { Actor = service.Lead })).LastUsedAt);
    }

    [Theory]
    [InlineData("report", 0)]
    [InlineData("report", 366)]
    [InlineData(" ", 30)]
    public async Task A_token_has_a_name_and_lasts_one_to_365_days(string name, int days)
    {
        await using var service = new TestService();
        await Assert.ThrowsAsync<InvalidException>(() => service.Send(new CreateToken { Actor = service.Lead, Name = name, Days = days }));
    }

    [Fact]
    public async Task Nobody_makes_or_revokes_a_token_of_somebody_else()
    {
        await using var service = new TestService();
        var created = await service.Send(new CreateToken { Actor = service.Lead, Name = "report", Days = 30 });

        await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new CreateToken { Actor = service.Administrator, Person = service.Lead.Id, Name = "x", Days = 1 }));
        await Assert.ThrowsAsync<NotFoundException>(() => service.Send(new RevokeToken { Actor = service.Administrator, Id = created.Id }));
        Assert.NotNull(await service.Send(new FindByToken { Token = created.Token }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gov_")]
    [InlineData("gov_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_text_that_is_no_token_is_nobody(string token)
    {
        await using var service = new TestService();
        Assert.Null(await service.Send(new FindByToken { Token = token }));
    }
}
