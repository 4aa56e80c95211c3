using System.Globalization;
using System.Net.Sockets;
using Governance.Review.Messages;
using Governance.Service.Data;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Governance.Service.Notifications;

/// <summary>
/// Mails messages, each at least once and as a rule once. A try is written down before it is made and its end after it. A
/// crash in between leaves a message that may have been sent and is not known to be: it is sent again when its next try is
/// due, with the same Message-ID, so that whoever gets it twice can tell.
/// </summary>
public sealed class MailDelivery(Session session, Leases leases, MailSettings settings, LogName log, TimeProvider clock)
{
    /// <summary>Who mails.</summary>
    public const string LeaseName = "mail";

    /// <summary>How long after each try the next one comes. After the last one it is given up, and administrators are told.</summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8), TimeSpan.FromHours(24)];

    const int Batch = 20;

    /// <summary>For each word with the server. One that does not answer holds up nobody but this work.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Whether anything is to be mailed now. Writes nothing.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            return await session.ScalarAsync<long>("SELECT COUNT(*) FROM message_mail WHERE failed_at IS NULL AND next_try <= @now", new { now = clock.GetUtcNow() }) > 0;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>Mails the oldest of what is due.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> SendAsync(Lease lease, CancellationToken ct)
    {
        var rows = await TakeAsync(lease, ct);
        if (rows.Count == 0) return false;
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds, CheckCertificateRevocation = false };
        try
        {
            foreach (var row in rows) await EndAsync(row, await TryAsync(client, row, ct), ct);
            if (client.IsConnected) await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException)
        {
            // Saying goodbye failed; everything was sent and written down before.
        }
        return rows.Count == Batch;
    }

    /// <summary>
    /// Takes what is due and writes down that it is tried. From this commit on no other node finds it, even if this one loses
    /// the lease while the server is slow.
    /// </summary>
    async Task<IReadOnlyList<MailRow>> TakeAsync(Lease lease, CancellationToken ct)
    {
        await session.BeginWriteAsync(ct);
        try
        {
            await leases.DemandAsync(lease);
            var now = clock.GetUtcNow();
            var rows = await session.QueryAsync<MailRow>(
                $"""
                SELECT w.person, w.seq, w.kind, w.stage, w.tries, r.reference, m.due, m.at, p.email, CASE WHEN p.active = 1 AND o.person IS NULL THEN 1 ELSE 0 END AS wanted
                FROM message_mail w JOIN message m ON m.person = w.person AND m.seq = w.seq AND m.kind = w.kind AND m.stage = w.stage
                    JOIN person p ON p.id = w.person JOIN proposal r ON r.id = m.proposal
                    LEFT JOIN mail_off o ON o.person = w.person
                WHERE w.failed_at IS NULL AND w.next_try <= @now
                ORDER BY w.next_try, w.seq, w.person
                {session.Database.Take}
                """, new { now, take = Batch });
            foreach (var row in rows)
            {
                await session.ExecuteAsync(
                    "UPDATE message_mail SET tries = tries + 1, next_try = @next WHERE person = @Person AND seq = @Seq AND kind = @Kind AND stage = @Stage",
                    new { row.Person, row.Seq, row.Kind, row.Stage, next = now + Waits[Math.Min(row.Tries, Waits.Count - 1)] });
            }
            await session.CommitAsync();
            return rows;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <returns>Null where it was sent, or is not to be; otherwise what went wrong.</returns>
    async Task<Fault?> TryAsync(SmtpClient client, MailRow row, CancellationToken ct)
    {
        // A kind of a newer version, from before a way back, and whoever wants no e-mails since: there is nothing to send.
        if (!row.Wanted || MessageNames.Find(row.Kind) is not { } kind) return null;
        try
        {
            if (!client.IsConnected) await ConnectAsync(client, ct);
            await client.SendAsync(MailMessages.Write(settings, log.Value, row, kind), ct);
            return null;
        }
        catch (SmtpCommandException e)
        {
            // RFC 5321, section 4.2.1: a code of five hundred and more will be the same next time.
            var code = ((int)e.StatusCode).ToString(CultureInfo.InvariantCulture);
            return new Fault($"The mail server refused it ({code})", Final: (int)e.StatusCode >= 500 && e.ErrorCode == SmtpErrorCode.RecipientNotAccepted);
        }
        catch (AuthenticationException)
        {
            return new Fault("The mail server refused our name and password", Final: false);
        }
        catch (Exception e) when (e is SslHandshakeException or NotSupportedException)
        {
            return new Fault("No safe connection to the mail server could be made", Final: false);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or TimeoutException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new Fault("The mail server could not be reached, or broke off", Final: false);
        }
    }

    async Task ConnectAsync(SmtpClient client, CancellationToken ct)
    {
        await client.ConnectAsync(settings.Host, settings.Port, settings.Tls switch
        {
            MailSettings.Encryption.StartTls => SecureSocketOptions.StartTls,
            MailSettings.Encryption.OnConnect => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        }, ct);
        if (settings.User.Length > 0) await client.AuthenticateAsync(settings.User, settings.Password, ct);
    }

    async Task EndAsync(MailRow row, Fault? fault, CancellationToken ct)
    {
        // What was sent is written down even while the service stops.
        await session.BeginWriteAsync(fault is null ? CancellationToken.None : ct);
        try
        {
            if (fault is null)
            {
                await session.ExecuteAsync("DELETE FROM message_mail WHERE person = @Person AND seq = @Seq AND kind = @Kind AND stage = @Stage", row);
            }
            else
            {
                var now = clock.GetUtcNow();
                await session.ExecuteAsync(
                    "UPDATE message_mail SET fault = @what, failed_at = @failed WHERE person = @Person AND seq = @Seq AND kind = @Kind AND stage = @Stage",
                    new { row.Person, row.Seq, row.Kind, row.Stage, what = fault.What, failed = fault.Final || row.Tries + 1 >= Waits.Count ? now : (DateTimeOffset?)null });
            }
            await session.CommitAsync();
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <param name="Final">Trying again is no use.</param>
    sealed record Fault(string What, bool Final);
}
