using System.Globalization;
using System.Text;
using Governance.Ledger;
using Governance.Service.Tests.Pipeline;
using Microsoft.Data.Sqlite;

namespace Governance.Auditor.Tests.Tampering;

/// <summary>
/// A database administrator with bad intentions: a connection of their own, the guards dropped, and a program that makes
/// everything fit again that can be made to fit without the keys, or with the log's signing key where they have got it.
/// </summary>
sealed class Intruder(string file)
{
    /// <summary>Changes the database past its guards.</summary>
    public int Execute(string sql, params (string Name, object Value)[] values)
    {
        using var connection = Unguarded();
        return Run(connection, sql, values);
    }

    /// <summary>Changes nothing.</summary>
    public static readonly Func<IEnumerable<Entry>, IEnumerable<Entry>> Nothing = static entries => entries;

    /// <summary>Writes the log anew: numbers, links, heads roots, leaves, tiles, heads and checkpoints all fit one another.</summary>
    /// <param name="change">What the log is to hold; entries keep their old numbers, which are mended here.</param>
    /// <param name="key">The log's key, if it was stolen: checkpoints are signed anew. Without it their signatures stay as they are.</param>
    public void Rewrite(Func<IEnumerable<Entry>, IEnumerable<Entry>> change, NoteSigner? key = null)
    {
        using var connection = Unguarded();
        var entries = change(Untouched.Rows(connection, "SELECT entry FROM ledger_entry ORDER BY seq").Select(r => Entry.Parse((byte[])r[0]))).ToList();
        var log = new Rewritten();
        foreach (var entry in entries) log.Append(entry);
        // An attack that hit nothing would prove nothing.
        if (change != Nothing)
            Assert.NotEqual(Untouched.Rows(connection, "SELECT entry FROM ledger_entry ORDER BY seq").Select(r => Convert.ToHexString((byte[])r[0])), log.Entries.Select(e => Convert.ToHexString(e.Bytes)));

        var checkpoints = Untouched.Rows(connection, "SELECT size, note, at FROM ledger_checkpoint ORDER BY size");
        var disclosures = Untouched.Rows(connection, "SELECT digest, seq, proposal, class, subject, disclosure FROM ledger_disclosure");
        using var transaction = connection.BeginTransaction();
        foreach (var table in (string[])["ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_cosignature", "ledger_proposal_head", "ledger_heads_node", "ledger_disclosure"])
            Run(connection, $"DELETE FROM {table}");
        foreach (var (entry, bytes) in log.Entries)
        {
            Run(
                connection, "INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf) VALUES (@seq, @proposal, @pseq, @kind, @at, @entry, @leaf)",
                ("@seq", entry.Seq), ("@proposal", (object?)entry.Proposal ?? DBNull.Value), ("@pseq", (object?)entry.ProposalSeq ?? DBNull.Value),
                ("@kind", entry.Kind), ("@at", Time(entry.At)), ("@entry", bytes), ("@leaf", Merkle.LeafHash(bytes)));
        }
        foreach (var row in disclosures.Where(d => log.Now.ContainsKey((long)d[1])))
        {
            Run(
                connection, "INSERT INTO ledger_disclosure (digest, seq, proposal, class, subject, disclosure) VALUES (@digest, @seq, @proposal, @class, @subject, @disclosure)",
                ("@digest", row[0]), ("@seq", log.Now[(long)row[1]]), ("@proposal", row[2]), ("@class", row[3]), ("@subject", row[4]), ("@disclosure", row[5]));
        }
        var tree = log.Tree();
        foreach (var tile in TileId.CompletedBetween(0, log.Entries.Count))
            Run(connection, "INSERT INTO ledger_tile (level, number, hashes) VALUES (@level, @number, @hashes)", ("@level", tile.Level), ("@number", tile.Index), ("@hashes", tree.Build(tile)));
        foreach (var (proposal, trail) in log.Trails)
        {
            Run(
                connection, "INSERT INTO ledger_proposal_head (proposal, pord, count, last) VALUES (@proposal, @pord, @count, @last)",
                ("@proposal", proposal), ("@pord", trail.Ordinal), ("@count", trail.Count), ("@last", trail.Last));
        }
        foreach (var ((level, number), hash) in log.HeadsNodes)
            Run(connection, "INSERT INTO ledger_heads_node (level, number, hash) VALUES (@level, @number, @hash)", ("@level", level), ("@number", number), ("@hash", hash));
        foreach (var row in checkpoints.Where(c => log.Now.ContainsKey((long)c[0] - 1)))
        {
            var size = log.Now[(long)row[0] - 1] + 1;
            var root = Merkle.Root(size, tree.Node);
            var note = key is null ? (string)row[1] : Encoding.UTF8.GetString(SignedNote.Sign(new Checkpoint(key.Verifier.Name, size, root).ToText(), key).ToBytes());
            Run(connection, "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (@size, @root, @note, @at)", ("@size", size), ("@root", root), ("@note", note), ("@at", row[2]));
        }
        var frontier = new Frontier();
        foreach (var (_, bytes) in log.Entries) frontier.Append(Merkle.LeafHash(bytes));
        Run(
            connection, "UPDATE ledger_head SET size = @size, frontier = @frontier, root = @root, last_at = @at",
            ("@size", frontier.Size), ("@frontier", frontier.ToBytes()), ("@root", frontier.Root()), ("@at", Time(log.Entries[^1].Entry.At)));
        transaction.Commit();
    }

    SqliteConnection Unguarded()
    {
        var connection = Untouched.Open(file);
        Run(connection, string.Concat(Untouched.Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger'").Select(r => $"DROP TRIGGER {r[0]};")) + "PRAGMA foreign_keys = OFF;");
        return connection;
    }

    static int Run(SqliteConnection connection, string sql, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery();
    }

    static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A log whose every part follows from its entries.</summary>
    sealed class Rewritten
    {
        public List<(Entry Entry, byte[] Bytes)> Entries { get; } = [];

        public Dictionary<string, (long Ordinal, long Count, byte[] Last)> Trails { get; } = new(StringComparer.Ordinal);

        public Dictionary<(int Level, long Number), byte[]> HeadsNodes { get; } = [];

        /// <summary>The number of an entry now, by the one that it had.</summary>
        public Dictionary<long, long> Now { get; } = [];

        public void Append(Entry entry)
        {
            Now.TryAdd(entry.Seq, Entries.Count);
            if (entry.Kind == Heads.Kind) entry = entry with { Data = HeadsData() };
            (long Ordinal, long Count, byte[] Last) trail = (0, 0, []);
            if (entry.Proposal is { } proposal) trail = Trails.GetValueOrDefault(proposal, (Trails.Count, 0, []));
            entry = entry with
            {
                Seq = Entries.Count,
                ProposalOrdinal = entry.Proposal is not null && trail.Count == 0 ? trail.Ordinal : null,
                ProposalSeq = entry.Proposal is null ? null : trail.Count,
                ProposalPrevious = entry.Proposal is null || trail.Count == 0 ? null : Convert.ToHexStringLower(trail.Last),
            };
            var bytes = entry.ToBytes();
            Entries.Add((entry, bytes));
            if (entry.Proposal is not null) Trails[entry.Proposal] = (trail.Ordinal, trail.Count + 1, Merkle.LeafHash(bytes));
        }

        System.Text.Json.Nodes.JsonObject HeadsData()
        {
            HeadsNodes.Clear();
            foreach (var (proposal, trail) in Trails.OrderBy(t => t.Value.Ordinal))
                Heads.Set(trail.Ordinal, Heads.LeafHash(proposal, trail.Count, trail.Last), trail.Ordinal + 1, Node, (level, number, hash) => HeadsNodes[(level, number)] = hash);
            return Heads.Data(Trails.Count, Merkle.Root(Trails.Count, Node));

            byte[] Node(int level, long number) => HeadsNodes[(level, number)];
        }

        public TiledTree Tree()
        {
            var leaves = Entries.Select(e => Merkle.LeafHash(e.Bytes)).ToList();
            var tiles = new Dictionary<TileId, byte[]>();
            var tree = new TiledTree(leaves.Count, tile => tiles[tile], i => leaves[(int)i]);
            foreach (var tile in TileId.CompletedBetween(0, leaves.Count)) tiles[tile] = tree.Build(tile);
            return tree;
        }
    }
}
