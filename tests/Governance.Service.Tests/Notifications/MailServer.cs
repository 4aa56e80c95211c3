using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Governance.Service.Tests.Notifications;

/// <summary>A mail server of a few commands (RFC 5321) on this machine. It keeps what it is given, and refuses or hangs up where a test says so.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _lock = new();
    readonly List<Mail> _mails = [];
    readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    /// <param name="To">The address of the envelope.</param>
    /// <param name="Text">Headers and body as they came, lines ended by LF.</param>
    public sealed record Mail(string To, string Text)
    {
        public string Header(string name) => Text.Split('\n').First(l => l.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];
    }

    public int Port { get; }

    /// <summary>What is said to an address (RCPT TO); 250 takes it.</summary>
    public Func<string, string> Recipient { get; set; } = _ => "250 Ok";

    /// <summary>Takes the mail and then hangs up without a word, as a server that dies does: it has it, and the sender cannot know.</summary>
    public bool DiesAfterTaking { get; set; }

    public IReadOnlyList<Mail> Mails
    {
        get
        {
            lock (_lock) return [.. _mails];
        }
    }

    async Task ServeAsync()
    {
        List<Task> talks = [];
        try
        {
            while (true) talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(talks);
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            async Task Say(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);
            try
            {
                await Say("220 post.test");
                var to = "";
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
                    {
                        to = line[8..].Split('<', '>')[1];
                        await Say(Recipient(to));
                    }
                    else if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await Say("354 Go on");
                        var text = new StringBuilder();
                        while (await reader.ReadLineAsync(_stop.Token) is { } part and not ".") text.Append(part.StartsWith('.') ? part[1..] : part).Append('\n');
                        lock (_lock) _mails.Add(new Mail(to, text.ToString()));
                        if (DiesAfterTaking) return;
                        await Say("250 Taken");
                    }
                    else if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
                    {
                        await Say("221 Bye");
                        return;
                    }
                    else
                    {
                        await Say("250 Ok");
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The other side went away, or the test is over.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted) return;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }
}
