using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Notifications;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Tests.Notifications;

/// <summary>Messages by e-mail, to a mail server that really listens.</summary>
public sealed class MailTests : IAsyncDisposable
{
    readonly MailServer _server = new();
    readonly TestService _service;

    public MailTests() => _service = new TestService(settings: new Dictionary<string, string?>
    {
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Port"] = _server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Mail:Tls"] = "None",
        ["Mail:From"] = "review@example.org",
        ["Mail:SiteAddress"] = "https://review.example.org/",
    });

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _server.DisposeAsync();
    }

    async Task<string> Asked()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Why the clinic on Aldergrove Lane?" });
        await _service.Deliver();
        return reference;
    }

    List<MailServer.Mail> To(Actor person) => [.. _server.Mails.Where(m => m.To == person.Email)];

    [Fact]
    public async Task Each_message_is_mailed_once_with_what_to_do_and_a_link_and_nothing_that_anybody_wrote_or_is_called()
    {
        var reference = await Asked();
        await _service.Mail();
        await _service.Mail();
        var mail = Assert.Single(To(_service.Lead));
        Assert.Equal($"{reference}: Answer a question", mail.Header("Subject"));
        Assert.Equal("review@example.org", mail.Header("From"));
        Assert.Equal("lena@example.org", mail.Header("To"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.Contains($"https://review.example.org/proposals/{reference}", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Please answer it by", mail.Text, StringComparison.Ordinal);
        Assert.Contains("https://review.example.org/account", mail.Text, StringComparison.Ordinal);
        foreach (var sent in _server.Mails)
        {
            foreach (var secret in new[] { "Aldergrove", "Lena", "Priya", "Yuna", SampleAnswers.ServiceDesign.Text("title"), SampleAnswers.ServiceDesign.Text("organisation"), _service.Lead.Id.ToString() })
                Assert.DoesNotContain(secret, sent.Text, StringComparison.Ordinal);
        }
        Assert.Equal(await _service.Count("message"), _server.Mails.Count);
        Assert.Equal(_server.Mails.Count, _server.Mails.Select(m => m.Header("Message-Id")).Distinct().Count());
        Assert.Equal(0, await _service.Count("message_mail"));
    }

    [Fact]
    public async Task Who_switched_e_mails_off_gets_none_and_not_those_that_were_waiting_either()
    {
        await Asked();
        Assert.Equal(new MailChoice(Offered: true, Wanted: true), await _service.Send(new GetMailChoice(_service.Lead)));
        await _service.Send(new ChooseMail { Actor = _service.Lead, Wanted = false });
        await _service.Mail();
        Assert.Empty(To(_service.Lead));
        Assert.Single(To(_service.Privacy[0]));
        Assert.Equal(0, await _service.Count("message_mail"));
        Assert.Single(await _service.Told(_service.Lead));
    }

    [Fact]
    public async Task A_server_that_dies_after_taking_it_gets_it_again_with_the_same_id()
    {
        await Asked();
        _server.DiesAfterTaking = true;
        await _service.Mail();
        var first = Assert.Single(To(_service.Lead));
        await _service.Mail();
        Assert.Single(To(_service.Lead));
        _server.DiesAfterTaking = false;
        _service.Clock.Advance(MailDelivery.Waits[0]);
        await _service.Mail();
        Assert.Equal(2, To(_service.Lead).Count);
        Assert.Equal(first.Header("Message-Id"), To(_service.Lead)[1].Header("Message-Id"));
        Assert.Equal(first.Header("Date"), To(_service.Lead)[1].Header("Date"));
        Assert.Equal(0, await _service.Count("message_mail"));
    }

    [Fact]
    public async Task An_address_that_is_refused_is_given_up_at_once_and_administrators_see_it_and_can_send_it_again()
    {
        await Asked();
        _server.Recipient = to => to == "lena@example.org" ? "550 No such person lena@example.org" : "250 Ok";
        await _service.Mail();
        Assert.Empty(To(_service.Lead));
        Assert.NotEmpty(To(_service.Privacy[0]));
        var undelivered = await _service.Send(new ListUndelivered(_service.Administrator));
        var line = Assert.Single(undelivered.Lines);
        Assert.Equal(("lena@example.org", "The mail server refused it (550)", 1, 1L, 0L), (line.Email, line.Fault, line.Tries, undelivered.Failed, undelivered.Waiting));
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Send(new ListUndelivered(_service.Chair)));
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Send(new SettleUndelivered { Actor = _service.Chair, Again = true }));

        _server.Recipient = _ => "250 Ok";
        _service.Clock.Advance(TimeSpan.FromDays(2));
        await _service.Mail();
        Assert.Empty(To(_service.Lead));
        Assert.Equal(1, await _service.Send(new SettleUndelivered { Actor = _service.Administrator, Again = true }));
        await _service.Mail();
        Assert.Single(To(_service.Lead));
    }

    [Fact]
    public async Task A_server_that_will_not_now_is_tried_again_less_and_less_often_and_then_given_up()
    {
        await Asked();
        var asked = 0;
        _server.Recipient = to =>
        {
            if (to == "lena@example.org") asked++;
            return "451 Later";
        };
        await _service.Mail();
        for (var i = 0; i < MailDelivery.Waits.Count; i++)
        {
            Assert.Equal(i + 1, asked);
            _service.Clock.Advance(MailDelivery.Waits[i] - TimeSpan.FromSeconds(1));
            await _service.Mail();
            Assert.Equal(i + 1, asked);
            _service.Clock.Advance(TimeSpan.FromSeconds(1));
            await _service.Mail();
        }
        Assert.Equal(MailDelivery.Waits.Count, asked);
        var undelivered = await _service.Send(new ListUndelivered(_service.Administrator));
        Assert.Equal((await _service.Count("message"), 0), (undelivered.Failed, undelivered.Waiting));
    }

    [Fact]
    public async Task A_server_that_is_away_holds_up_nothing_and_nothing_is_lost()
    {
        await Asked();
        await _server.DisposeAsync();
        await _service.Mail();
        Assert.Empty((await _service.Send(new ListUndelivered(_service.Administrator))).Lines);
        Assert.Equal(await _service.Count("message"), await _service.Count("message_mail"));
        Assert.Single(await _service.Told(_service.Lead));
    }

    [Fact]
    public async Task No_e_mail_goes_out_in_the_open_where_encryption_was_asked_for()
    {
        await Asked();
        await using var service = new TestService(settings: new Dictionary<string, string?>
        {
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = _server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Mail:From"] = "review@example.org",
            ["Mail:SiteAddress"] = "https://review.example.org",
        });
        await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Deliver();
        await service.Mail();
        Assert.Empty(_server.Mails);
        Assert.True(await service.Count("message_mail") > 0);
    }

    [Theory]
    [InlineData("Mail:From", "nobody", "Mail:From")]
    [InlineData("Mail:From", null, "Mail:From")]
    [InlineData("Mail:SiteAddress", "review.example.org", "Mail:SiteAddress")]
    [InlineData("Mail:SiteAddress", "ftp://review.example.org", "Mail:SiteAddress")]
    [InlineData("Mail:Port", "0", "Mail:Port")]
    [InlineData("Mail:Tls", "7", "Mail:Tls")]
    [InlineData("Mail:User", "review", "Mail:User")]
    public void A_setting_that_cannot_be_used_is_named(string setting, string? value, string named)
    {
        var settings = new Dictionary<string, string?> { ["Mail:Host"] = "post.example.org", ["Mail:Tls"] = "None", ["Mail:From"] = "review@example.org", ["Mail:SiteAddress"] = "https://review.example.org", [setting] = value };
        var refusal = Assert.Throws<InvalidDataException>(() => MailSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_never_print_the_password() => Assert.DoesNotContain("secret",
        MailSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mail:Host"] = "post.example.org",
            ["Mail:From"] = "review@example.org",
            ["Mail:SiteAddress"] = "https://review.example.org",
            ["Mail:User"] = "review",
            ["Mail:Password"] = "secret",
        }).Build()).ToString(), StringComparison.Ordinal);
}
