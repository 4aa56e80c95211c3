using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Notifications;

/// <summary>How messages are mailed. Off unless <c>Mail:Host</c> is set.</summary>
public sealed record MailSettings
{
    /// <summary>How the way to the mail server is kept from being read.</summary>
    public enum Encryption
    {
        /// <summary>Asked for once connected (port 587 as a rule). No mail is sent where the server does not offer it.</summary>
        StartTls,
        /// <summary>From the first byte (port 465 as a rule).</summary>
        OnConnect,
        /// <summary>Not at all: for a server on the same machine or a network of one's own.</summary>
        None,
    }

    public static readonly MailSettings Off = new();

    public bool On => Host.Length > 0;

    public string Host { get; init; } = "";
    public int Port { get; init; }
    public Encryption Tls { get; init; }
    /// <summary>The address that e-mails come from.</summary>
    public string From { get; init; } = "";
    /// <summary>Empty where the server asks for no name and password.</summary>
    public string User { get; init; } = "";
    public string Password { get; init; } = "";
    /// <summary>Where people open the service: links begin with it. No slash at its end.</summary>
    public string SiteAddress { get; init; } = "";

    // Records print what they hold, and this holds a password.
    bool PrintMembers(System.Text.StringBuilder text) => text.Append("Host = ").Append(Host).Length > 0;

    /// <exception cref="InvalidDataException">A setting is missing or unusable; the message says which and how to mend it.</exception>
    public static MailSettings Load(IConfiguration configuration)
    {
        var mail = configuration.GetSection("Mail");
        if (mail["Host"] is not { Length: > 0 } host) return Off;
        var tls = mail["Tls"] ?? nameof(Encryption.StartTls);
        if (!Enum.TryParse<Encryption>(tls, out var encryption) || !Enum.IsDefined(encryption)) throw new InvalidDataException($"Mail:Tls is \"{tls}\". Set it to StartTls, OnConnect or None.");
        var port = mail["Port"] ?? (encryption == Encryption.OnConnect ? "465" : encryption == Encryption.None ? "25" : "587");
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535) throw new InvalidDataException($"Mail:Port is \"{port}\". Set it to the mail server's port, such as 587.");
        var from = mail["From"] ?? "";
        if (!MimeKit.MailboxAddress.TryParse(from, out var mailbox) || !mailbox.Address.Contains('@', StringComparison.Ordinal)) throw new InvalidDataException("Mail:Host is set, but Mail:From is not an e-mail address. Set it to the address that e-mails of this service come from.");
        if (!Uri.TryCreate(mail["SiteAddress"], UriKind.Absolute, out var site) || site.Scheme is not ("https" or "http") || site.Query.Length > 0 || site.Fragment.Length > 0)
            throw new InvalidDataException("Mail:Host is set, but Mail:SiteAddress is not an address of the web. Set it to where people open this service, such as https://review.example.org.");
        var user = mail["User"] ?? "";
        if (user.Length > 0 && encryption == Encryption.None && !IsThisMachine(host)) throw new InvalidDataException("Mail:User is set, but Mail:Tls is None: the password would go over the network for anybody to read. Set Mail:Tls to StartTls or OnConnect.");
        return new MailSettings { Host = host, Port = number, Tls = encryption, From = from, User = user, Password = mail["Password"] ?? "", SiteAddress = site.AbsoluteUri.TrimEnd('/') };
    }

    static bool IsThisMachine(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));
}
