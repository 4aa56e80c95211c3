using System.Security.Cryptography;
using System.Text;
using Governance.Review.Messages;
using MimeKit;
using MimeKit.Utils;

namespace Governance.Service.Notifications;

/// <summary>Writes e-mails. They hold a reference, what to do, by when and a link: no name, and nothing that anybody wrote.</summary>
static class MailMessages
{
    /// <param name="to">The address.</param>
    /// <param name="at">When the message was made: an e-mail that is sent twice is the same both times.</param>
    public static MimeMessage Write(MailSettings settings, string log, MailRow row, MessageKind kind)
    {
        var words = MessageWords.Of(kind, row.Reference, row.Stage, row.Due);
        var message = new MimeMessage
        {
            Subject = $"{row.Reference}: {words.Title}",
            Date = row.At,
            MessageId = Id(settings, log, row),
            Body = new TextPart("plain")
            {
                Text = $"""
                    Hello,

                    {words.Text}

                    {words.Link}: {settings.SiteAddress}{words.Path}

                    You get this because you have an account with Young people's data review.
                    To get no more of these e-mails, open {settings.SiteAddress}/account. You will still find your messages when you sign in.

                    """.ReplaceLineEndings("\r\n"),
            },
        };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(new MailboxAddress("", row.Email));
        // So that no machine answers it (RFC 3834, section 5).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>
    /// The same for each try, so that a mail server or reader which gets a message twice can tell. Made from a digest: the id
    /// of an account is nobody else's business.
    /// </summary>
    static string Id(MailSettings settings, string log, MailRow row)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{log}\n{row.Person:D}\n{row.Seq}\n{row.Kind}\n{row.Stage}"));
        return $"{Convert.ToHexStringLower(digest.AsSpan(0, 16))}@{new Uri(settings.SiteAddress).Host}";
    }
}

/// <summary>A message that is to be mailed.</summary>
sealed record MailRow
{
    public Guid Person { get; init; }
    public long Seq { get; init; }
    public string Kind { get; init; } = "";
    public string Stage { get; init; } = "";
    public int Tries { get; init; }
    public string Reference { get; init; } = "";
    public DateOnly? Due { get; init; }
    public DateTimeOffset At { get; init; }
    public string Email { get; init; } = "";
    public bool Wanted { get; init; }
}
