using System.Globalization;
using System.Text;

namespace Governance.Ledger;

/// <summary>A log that a policy knows.</summary>
/// <param name="Key">Its key, whose name is the log's origin.</param>
/// <param name="Url">Where it is, or null.</param>
public sealed record PolicyLog(NoteVerifier Key, string? Url);

/// <summary>A witness that a policy knows.</summary>
/// <param name="Name">What the policy calls it; it means nothing elsewhere.</param>
/// <param name="Key">Its key.</param>
/// <param name="Url">Its submission prefix (C2SP <c>tlog-witness</c>), or null.</param>
public sealed record PolicyWitness(string Name, WitnessVerifier Key, string? Url);

/// <summary>Some witnesses or groups, of which a number must have cosigned.</summary>
public sealed record PolicyGroup(string Name, int Needed, IReadOnlyList<string> Members);

/// <summary>
/// Who is trusted to have seen a checkpoint, and how many of them are enough (C2SP <c>tlog-policy</c>). At most 1,000 lines
/// that say something are read.
/// </summary>
public sealed class TlogPolicy
{
    /// <summary>The name of the quorum that nobody needs to reach.</summary>
    public const string None = "none";

    private const int MostLines = 1000;

    private TlogPolicy()
    {
    }

    /// <summary>The logs, any one of which may have signed. Empty where the log is known from elsewhere.</summary>
    public IReadOnlyList<PolicyLog> Logs { get; private init; } = [];

    /// <summary>The witnesses, in the order of the file.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses { get; private init; } = [];

    /// <summary>The groups, in the order of the file: members stand before the groups that hold them.</summary>
    public IReadOnlyList<PolicyGroup> Groups { get; private init; } = [];

    /// <summary>The witness or group that must have cosigned, or <see cref="None"/>.</summary>
    public string Quorum { get; private init; } = None;

    /// <summary>The policy under which every one of some witnesses must cosign; under which nothing is needed where there are none.</summary>
    public static TlogPolicy AllOf(IReadOnlyList<WitnessVerifier> witnesses)
    {
        if (witnesses.Count == 0)
            return new TlogPolicy();
        var known = witnesses.Select(static (key, i) => new PolicyWitness(string.Create(CultureInfo.InvariantCulture, $"w{i + 1}"), key, null)).ToList();
        return new TlogPolicy { Witnesses = known, Groups = [new PolicyGroup("all", known.Count, [.. known.Select(static w => w.Name)])], Quorum = "all" };
    }

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="LedgerFormatException">The file is not a policy. The message names the line.</exception>
    public static TlogPolicy Parse(ReadOnlySpan<byte> bytes)
    {
        // Names are strings of bytes to the specification. Latin-1 keeps each byte as one character, so that they compare as such.
        var text = Encoding.Latin1.GetString(bytes);
        if (text.Any(static c => (c < ' ' && c is not ('\t' or '\n')) || c == '\x7f'))
            throw new LedgerFormatException("The policy holds a control character other than tab and newline.");
        var reader = new Reader();
        var said = 0;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (++said > MostLines)
                throw new LedgerFormatException($"The policy has more than {MostLines} lines.");
            try
            {
                reader.Take(words);
            }
            catch (LedgerFormatException e)
            {
                throw new LedgerFormatException(string.Create(CultureInfo.InvariantCulture, $"Line {index + 1} of the policy: {e.Message}"), e);
            }
        }

        return new TlogPolicy
        {
            Logs = reader.Logs,
            Witnesses = reader.Witnesses,
            Groups = reader.Groups,
            Quorum = reader.Quorum ?? throw new LedgerFormatException("The policy has no quorum line."),
        };
    }

    /// <summary>Says whether a checkpoint fulfils the policy: signed by a log that it lists, and cosigned by a quorum.</summary>
    /// <param name="note">The checkpoint with its signatures and cosignatures.</param>
    /// <param name="log">The log's key, where it is known from elsewhere; it counts as if the policy listed it.</param>
    /// <exception cref="LedgerFormatException">A signature by a key of the policy is false, or the note is no checkpoint.</exception>
    public PolicyVerdict Evaluate(SignedNote note, NoteVerifier? log = null)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        var logs = Logs.Select(static l => l.Key).Concat(log is null ? [] : [log]).Where(k => k.Name == checkpoint.Origin).ToList();
        // Verify refuses false signatures and notes without any that is trusted; the latter is a verdict here.
        var signed = logs.Exists(k => note.Signatures.Any(s => s.KeyId == k.KeyId && s.Name == k.Name)) && note.Verify(logs).Count > 0;
        var cosigned = Witnesses.Select(w => (w.Name, Cosignature: w.Key.On(note))).Where(static w => w.Cosignature is not null).ToList();
        var fulfilled = cosigned.Select(static w => w.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var group in Groups)
        {
            if (group.Members.Count(fulfilled.Contains) >= group.Needed)
                fulfilled.Add(group.Name);
        }

        return new PolicyVerdict
        {
            Checkpoint = checkpoint,
            LogSigned = signed,
            Witnessed = Quorum == None || fulfilled.Contains(Quorum),
            Cosignatures = [.. cosigned.Select(static w => w.Cosignature!)],
            Missing = [.. Witnesses.Where(w => !fulfilled.Contains(w.Name)).Select(static w => w.Key)],
        };
    }

    private sealed class Reader
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private readonly HashSet<string> members = new(StringComparer.Ordinal);
        private readonly HashSet<string> logKeys = new(StringComparer.Ordinal);
        private readonly HashSet<string> witnessKeys = new(StringComparer.Ordinal);

        public List<PolicyLog> Logs { get; } = [];

        public List<PolicyWitness> Witnesses { get; } = [];

        public List<PolicyGroup> Groups { get; } = [];

        public string? Quorum { get; private set; }

        public void Take(string[] words)
        {
            switch (words)
            {
                case ["log", var key]:
                    Log(key, null);
                    break;
                case ["log", var key, var url]:
                    Log(key, url);
                    break;
                case ["witness", var name, var key]:
                    Witness(name, key, null);
                    break;
                case ["witness", var name, var key, var url]:
                    Witness(name, key, url);
                    break;
                case ["group", var name, var needed, _, ..]:
                    Group(name, needed, words[3..]);
                    break;
                case ["quorum", var name]:
                    SetQuorum(name);
                    break;
                default:
                    throw new LedgerFormatException("It must be log, witness, group or quorum, with what belongs to it.");
            }
        }

        private void Log(string vkey, string? url)
        {
            var key = NoteVerifier.Parse(Decoded(vkey));
            if (!logKeys.Add(Convert.ToHexString(key.PublicKey.Span)))
                throw new LedgerFormatException("This log's key stands in the policy already.");
            Logs.Add(new PolicyLog(key, url));
        }

        private void Witness(string name, string vkey, string? url)
        {
            var key = WitnessVerifier.Parse(Decoded(vkey));
            Name(name);
            if (!witnessKeys.Add(Convert.ToHexString(key.PublicKey.Span)))
                throw new LedgerFormatException("This witness's key stands in the policy already.");
            Witnesses.Add(new PolicyWitness(name, key, url));
        }

        private void Group(string name, string needed, string[] listed)
        {
            foreach (var member in listed)
            {
                if (!names.Contains(member))
                    throw new LedgerFormatException($"Nothing above is called {member}.");
                // In one group only, so that no witness counts twice.
                if (!members.Add(member))
                    throw new LedgerFormatException($"{member} is a member of a group already.");
            }

            Name(name);
            long count = needed switch
            {
                "all" => listed.Length,
                "any" => 1,
                _ when StrictText.TryDecimal(needed, out var k) => k,
                _ => throw new LedgerFormatException("A group needs all, any or a number of its members."),
            };
            if (count < 1 || count > listed.Length)
                throw new LedgerFormatException($"A group of {listed.Length} cannot need {count} of them.");
            Groups.Add(new PolicyGroup(name, (int)count, listed));
        }

        private void SetQuorum(string name)
        {
            if (Quorum is not null)
                throw new LedgerFormatException("There is a quorum line already.");
            if (name != None && !names.Contains(name))
                throw new LedgerFormatException($"Nothing above is called {name}.");
            Quorum = name;
        }

        private void Name(string name)
        {
            if (name == None)
                throw new LedgerFormatException("The name none stands for no quorum, and nothing else can have it.");
            if (!names.Add(name))
                throw new LedgerFormatException($"The name {name} is taken already.");
        }

        private static string Decoded(string latin1) => StrictText.FromUtf8(Encoding.Latin1.GetBytes(latin1), "The key");
    }
}

/// <summary>What a policy says of a checkpoint.</summary>
public sealed record PolicyVerdict
{
    /// <summary>The checkpoint that was looked at.</summary>
    public required Checkpoint Checkpoint { get; init; }

    /// <summary>A log that is trusted signed it.</summary>
    public required bool LogSigned { get; init; }

    /// <summary>A quorum of the witnesses cosigned it.</summary>
    public required bool Witnessed { get; init; }

    /// <summary>The cosignatures that verified.</summary>
    public required IReadOnlyList<Cosignature> Cosignatures { get; init; }

    /// <summary>The witnesses of the policy that did not cosign.</summary>
    public required IReadOnlyList<WitnessVerifier> Missing { get; init; }

    /// <summary>Both: signed by the log and cosigned by a quorum.</summary>
    public bool Satisfied => LogSigned && Witnessed;
}
