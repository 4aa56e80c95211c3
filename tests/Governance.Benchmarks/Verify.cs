using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Benchmarks;

/// <summary>
/// How fast a whole log verifies, beside the least that it can cost: one SHA-256 over the same bytes. The log is made up
/// straight with the ledger's own code, with many proposals under way at once and the root of the heads tree logged now and then.
/// </summary>
static class Verify
{
    const string Origin = "benchmark.example/log";
    /// <summary>How many proposals are under way at once, how many entries a trail gets, and after how many entries the heads are logged.</summary>
    const int Open = 500, TrailLength = 200, HeadsEvery = 250;

    public static void Run(string folder, int entries, Report report)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "log.zip");
        var signer = NoteSigner.Generate(Origin);
        var made = Make(file, entries, signer, report);
        Whole(file, entries, made, signer.Verifier, report);
        Trail(signer, report);
        File.Delete(file);
    }

    /// <summary>Verifies in rounds, and hashes the same bytes in between: the machine is never quite the same twice.</summary>
    static void Whole(string file, int entries, long bytes, NoteVerifier key, Report report)
    {
        const int rounds = 5;
        var perCore = new List<double>();
        var busyRates = new List<double>();
        var elapsed = new List<double>();
        var shares = new List<double>();
        for (var round = -3; round < rounds; round++)
        {
            var raw = RawHash(file);
            // On one thread, since two processors may be the two halves of one core.
            using var alone = File.OpenRead(file);
            var busy = Environment.CpuUsage.TotalTime;
            _ = LogVerifier.Verify(alone, key, threads: 0);
            busy = Environment.CpuUsage.TotalTime - busy;
            using var zip = File.OpenRead(file);
            var bothBusy = Environment.CpuUsage.TotalTime;
            var started = Stopwatch.GetTimestamp();
            var checkedLog = LogVerifier.Verify(zip, key, threads: 1);
            var took = Stopwatch.GetElapsedTime(started);
            bothBusy = Environment.CpuUsage.TotalTime - bothBusy;
            if (!checkedLog.Verified || checkedLog.Entries != entries) throw new InvalidOperationException(string.Join("; ", checkedLog.Findings.Select(f => f.Message)));
            if (round < 0) continue;
            perCore.Add(entries / busy.TotalSeconds);
            busyRates.Add(entries / bothBusy.TotalSeconds);
            elapsed.Add(entries / took.TotalSeconds);
            shares.Add(raw.TotalSeconds / busy.TotalSeconds);
        }
        report.Line(string.Create(CultureInfo.InvariantCulture, $"the log: {entries:N0} entries of {(double)bytes / entries:N0} bytes on average, heads logged every {HeadsEvery} entries"));
        report.Target("entries verified a second and core (processor time of a run on one thread)", Report.Median(perCore), "N0", Report.Median(perCore) >= 500_000, "500,000 or more");
        report.Line($"entries verified a second as time passes, two threads: {Report.Median(elapsed):N0} ({Report.Median(busyRates):N0} a second of both threads' processor time)");
        report.Line($"share of raw SHA-256 over the same bytes: {Report.Median(shares):P0}");
        report.Line($"peak memory of export and verification, this process: {PeakMegabytes():N0} MB");
    }

    static TimeSpan RawHash(string file)
    {
        using var zip = File.OpenRead(file);
        using var files = BundleReader.Open(zip);
        var busy = Environment.CpuUsage.TotalTime;
        files.Sha256("data/entries.jsonl");
        return Environment.CpuUsage.TotalTime - busy;
    }

    /// <returns>How many bytes the entries have.</returns>
    static long Make(string file, int count, NoteSigner signer, Report report)
    {
        var log = new Generated(count);
        var canonical = Stopwatch.StartNew();
        long bytes = 0;
        // Twice: the entries are not kept, so that memory is that of the writer. The first pass makes the tree and the root.
        foreach (var entry in log.Entries(keepTree: true)) bytes += entry.Length;
        report.Line($"entries made up, written and put into tree and heads a second: {count / canonical.Elapsed.TotalSeconds:N0}");
        CanonicalWriter(report);
        MerkleAppend(report);
        var note = SignedNote.Sign(new Checkpoint(Origin, count, log.Root()).ToText(), signer).ToBytes();
        var started = Stopwatch.GetTimestamp();
        using (var zip = File.Create(file))
        {
            LogWriter.Write(zip, new LogContent
            {
                Checkpoint = note,
                Key = signer.Verifier,
                ExportedAt = DateTimeOffset.UnixEpoch.AddYears(60),
                Entries = log.Entries(keepTree: false),
                Disclosures = [],
                Tile = log.Tile,
            });
        }
        report.Line($"entries exported a second, made anew meanwhile: {count / Stopwatch.GetElapsedTime(started).TotalSeconds:N0}");
        return bytes;
    }

    static void CanonicalWriter(Report report)
    {
        var entries = new Generated(2000).Entries(keepTree: false).Select(e => Entry.Parse(e)).ToList();
        var rates = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < 5; i++)
            {
                foreach (var entry in entries) entry.ToBytes();
            }
            rates.Add(entries.Count * 5 / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        report.Line($"entries checked and written in canonical form a second: {Report.Median(rates):N0}");
    }

    static void MerkleAppend(Report report)
    {
        const int leaves = 300_000;
        var leaf = RandomNumberGenerator.GetBytes(300);
        var hash = new byte[Merkle.HashSize];
        var rates = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            var frontier = new Frontier();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < leaves; i++)
            {
                leaf[i % 300]++;
                Merkle.LeafHash(leaf, hash);
                frontier.Append(hash);
            }
            rates.Add(leaves / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        report.Line($"Merkle appends a second, leaves of 300 bytes: {Report.Median(rates):N0}");
    }

    /// <summary>A trail of 200 entries, from the zip to the report.</summary>
    static void Trail(NoteSigner signer, Report report)
    {
        var log = new Generated(TrailLength * 2) { Proposals = 2 };
        var entries = log.Entries(keepTree: true).ToList();
        var tree = log.Tree();
        var trail = entries.Where(e => Entry.Parse(e).Proposal == Generated.Reference(0)).Take(TrailLength).ToList();
        using var zip = new MemoryStream();
        BundleWriter.Write(zip, new BundleContent
        {
            Entries = [.. trail.Select(e => new BundleEntry(e, Merkle.InclusionProof(Entry.Parse(e).Seq, entries.Count, tree.Node)))],
            Checkpoint = SignedNote.Sign(new Checkpoint(Origin, entries.Count, log.Root()).ToText(), signer).ToBytes(),
            Key = signer.Verifier,
            ExportedAt = DateTimeOffset.UnixEpoch.AddYears(60),
        });
        var times = new List<double>();
        for (var round = 0; round < 20; round++)
        {
            zip.Position = 0;
            var started = Stopwatch.GetTimestamp();
            var verified = BundleVerifier.Verify(new MemoryStream(zip.ToArray()), signer.Verifier);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (!verified.Verified) throw new InvalidOperationException(string.Join("; ", verified.Findings.Select(f => f.Message)));
        }
        report.Target($"milliseconds to verify a trail of {trail.Count} entries from its bundle, once warm", Report.Median(times[5..]), "0.0", Report.Median(times[5..]) < 50, "less than 50");
        report.Line(string.Create(CultureInfo.InvariantCulture, $"milliseconds for the first one after start: {times[0]:0}"));
    }

    static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1048576.0;
    }

    /// <summary>A log that comes out the same each time it is gone through, without being kept: nonces and digests follow from the entry's number.</summary>
    sealed class Generated(int count)
    {
        readonly Dictionary<TileId, byte[]> _tiles = [];
        readonly List<byte[]> _tail = [];
        long _full;

        public int Proposals { get; init; } = Open;

        public static string Reference(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"DUP-2030-{ordinal:D6}");

        public IEnumerable<byte[]> Entries(bool keepTree)
        {
            // A place for each proposal under way; one that is full makes room for the next.
            var trails = new (int Ordinal, int Length, byte[] Last)[Proposals];
            var heads = new HeadsTree();
            var proposals = 0;
            for (var seq = 0; seq < count; seq++)
            {
                Entry entry;
                var at = DateTimeOffset.UnixEpoch.AddYears(60).AddMilliseconds(seq * 7L);
                var slot = seq % Proposals;
                if (seq % HeadsEvery == HeadsEvery - 1 || seq == count - 1)
                {
                    entry = new Entry { Log = Origin, Seq = seq, At = at, Kind = Heads.Kind, Actor = "service", Role = "service", Data = Heads.Data(proposals, heads.Root(proposals)), Nonce = Nonce(seq) };
                }
                else
                {
                    var (ordinal, length, last) = trails[slot] is { Last: not null, Length: < TrailLength } ? trails[slot] : (proposals++, 0, null!);
                    entry = Proposed(seq, at, ordinal, length, last);
                    var bytes = entry.ToBytes();
                    var leaf = Merkle.LeafHash(bytes);
                    trails[slot] = (ordinal, length + 1, leaf);
                    heads.Set(ordinal, Reference(ordinal), length + 1, leaf);
                    if (keepTree) Keep(leaf);
                    yield return bytes;
                    continue;
                }
                var logged = entry.ToBytes();
                if (keepTree) Keep(Merkle.LeafHash(logged));
                yield return logged;
            }

            void Keep(byte[] leaf)
            {
                _tail.Add(leaf);
                if (_tail.Count < TileId.FullWidth) return;
                _tiles[new TileId(0, _full++)] = [.. _tail.SelectMany(h => h)];
                _tail.Clear();
            }
        }

        static Entry Proposed(int seq, DateTimeOffset at, int ordinal, int length, byte[]? last) => new()
        {
            Log = Origin,
            Seq = seq,
            At = at,
            Kind = length == 0 ? "proposal.submitted" : "vote.cast",
            Proposal = Reference(ordinal),
            ProposalOrdinal = length == 0 ? ordinal : null,
            ProposalSeq = length,
            ProposalPrevious = length == 0 ? null : Convert.ToHexStringLower(last!),
            Actor = "p3f9a62c1",
            Role = "panel_member",
            Data = new JsonObject { ["event_version"] = 1, ["stage"] = "privacy", ["choice"] = "approve", ["revision"] = 1 + (length / 50) },
            Sd = Digests(seq),
            Nonce = Nonce(seq),
        };

        static string Nonce(int seq) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(BitConverter.GetBytes(seq)).AsSpan(0, 16));

        static List<string> Digests(int seq)
        {
            var digests = Enumerable.Range(0, 8).Select(i => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(BitConverter.GetBytes((seq * 8L) + i)))).ToList();
            digests.Sort(string.CompareOrdinal);
            return digests;
        }

        public TiledTree Tree() => new(count, FullTile, i => _tail[(int)(i % TileId.FullWidth)]);

        public byte[] Root() => Merkle.Root(count, Tree().Node);

        public byte[] Tile(TileId tile) => tile is { Level: 0, IsFull: true } ? _tiles[tile] : Tree().Build(tile);

        byte[] FullTile(TileId tile) => _tiles.TryGetValue(tile, out var hashes) ? hashes : _tiles[tile] = Tree().Build(tile);
    }

    sealed class HeadsTree
    {
        readonly Dictionary<(int, long), byte[]> _nodes = [];
        readonly Dictionary<int, (string Reference, int Length, byte[] Last)> _changed = [];

        public void Set(int ordinal, string reference, int length, byte[] last) => _changed[ordinal] = (reference, length, last);

        public byte[] Root(long size)
        {
            foreach (var (ordinal, (reference, length, last)) in _changed.OrderBy(c => c.Key))
                Heads.Set(ordinal, Heads.LeafHash(reference, length, last), size, Node, (level, index, hash) => _nodes[(level, index)] = hash);
            _changed.Clear();
            return Merkle.Root(size, Node);
        }

        // A node whose right half is set later in the same round is made once more then.
        byte[] Node(int level, long index) => _nodes.GetValueOrDefault((level, index)) ?? [];
    }
}
