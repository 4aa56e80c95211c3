using System.Diagnostics;
using Governance.Review.Tests.Proposals;
using Governance.Service.Tests.Pipeline;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Tests.Ledger;

/// <summary>
/// The database itself refuses to change the past, whoever asks: these statements run on connections that know nothing
/// of the service and set none of its pragmas.
/// </summary>
public sealed class GuardTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    const string Columns = "(seq, proposal, pseq, kind, at, entry, leaf)";

    static readonly string[] Tampering =
    [
        "UPDATE ledger_entry SET entry = x'00' WHERE seq = 1",
        "UPDATE ledger_entry SET at = at WHERE seq = 0",
        "UPDATE OR REPLACE ledger_entry SET seq = 0 WHERE seq = 1",
        "DELETE FROM ledger_entry WHERE seq = (SELECT MAX(seq) FROM ledger_entry)",
        "DELETE FROM ledger_entry",
        $"INSERT OR REPLACE INTO ledger_entry {Columns} SELECT seq, proposal, pseq, kind, at, x'00', leaf FROM ledger_entry WHERE seq = 0",
        $"REPLACE INTO ledger_entry {Columns} SELECT seq, proposal, pseq, kind, at, x'00', leaf FROM ledger_entry ORDER BY seq DESC LIMIT 1",
        $"INSERT INTO ledger_entry {Columns} SELECT seq, proposal, pseq, kind, at, entry, leaf FROM ledger_entry WHERE seq = 0 ON CONFLICT (seq) DO UPDATE SET entry = x'00'",
        $"INSERT OR IGNORE INTO ledger_entry {Columns} VALUES (-1, NULL, NULL, 'x', 'x', x'00', x'00')",
        $"INSERT INTO ledger_entry {Columns} SELECT MAX(seq) + 2, NULL, NULL, 'x', 'x', x'00', x'00' FROM ledger_entry",
        // The next number, but a place in a trail that is taken: without recursive triggers REPLACE would remove the entry that has it.
        $"INSERT OR REPLACE INTO ledger_entry {Columns} SELECT (SELECT MAX(seq) + 1 FROM ledger_entry), proposal, pseq, kind, at, x'00', leaf FROM ledger_entry WHERE seq = 1",
        "UPDATE ledger_head SET root = x'00'",
        "UPDATE ledger_head SET size = size - 1",
        "UPDATE ledger_head SET size = size + 1, last_at = '2000-01-01T00:00:00.000Z'",
        "DELETE FROM ledger_head",
        "INSERT INTO ledger_head (id, size, frontier, root, last_at) VALUES (2, 0, x'', x'', '')",
        "INSERT OR REPLACE INTO ledger_head (id, size, frontier, root, last_at) VALUES (1, 0, x'', x'', '')",
        "UPDATE ledger_proposal_head SET last = x'00'",
        "UPDATE ledger_proposal_head SET count = count - 1",
        "UPDATE ledger_proposal_head SET count = count + 1, pord = pord + 1",
        "DELETE FROM ledger_proposal_head",
        "INSERT OR REPLACE INTO ledger_proposal_head (proposal, pord, count, last) SELECT proposal, pord, 1, last FROM ledger_proposal_head",
        "INSERT OR REPLACE INTO ledger_proposal_head (proposal, pord, count, last) SELECT 'another', pord, 1, last FROM ledger_proposal_head",
        "UPDATE ledger_tile SET hashes = x'00'",
        "DELETE FROM ledger_tile",
        "INSERT OR REPLACE INTO ledger_tile (level, number, hashes) VALUES (0, 0, x'00')",
        "UPDATE ledger_checkpoint SET note = 'x'",
        "DELETE FROM ledger_checkpoint",
        "INSERT OR REPLACE INTO ledger_checkpoint (size, root, note, at) SELECT size, x'00', 'x', at FROM ledger_checkpoint",
        "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (0, x'00', 'x', 'x')",
        "UPDATE ledger_cosignature SET line = 'x'",
        "DELETE FROM ledger_cosignature",
        "INSERT OR REPLACE INTO ledger_cosignature (size, witness, line, at) SELECT size, witness, 'x', at FROM ledger_cosignature",
        "UPDATE ledger_disclosure SET disclosure = 'x'",
        "INSERT OR REPLACE INTO ledger_disclosure (digest, seq, proposal, class, subject, disclosure) SELECT digest, seq, proposal, class, subject, 'x' FROM ledger_disclosure LIMIT 1",
    ];

    /// <summary>A ledger with entries, disclosures, a tile and a checkpoint, so that every statement has something to hit.</summary>
    async Task Filled()
    {
        await _service.Submitted(SampleAnswers.ServiceDesign);
        await TreeTests.Append(_service, 300);
        using var connection = Untouched.Open(_service.File);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO ledger_checkpoint (size, root, note, at) SELECT size, root, 'signed elsewhere', last_at FROM ledger_head";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO ledger_cosignature (size, witness, line, at) SELECT size, 'a witness', 'cosigned elsewhere', last_at FROM ledger_head";
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task No_statement_on_a_plain_connection_changes_the_past()
    {
        await Filled();
        var before = _service.Picture();
        foreach (var sql in Tampering)
        {
            using var connection = Untouched.Open(_service.File);
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            var refusal = Record.Exception(() => { command.ExecuteNonQuery(); });
            Assert.True(refusal is SqliteException, $"{sql} was not refused.");
            AssertSame(before, _service.Picture(), sql);
        }
    }

    [Fact]
    public async Task No_statement_of_the_sqlite3_command_line_changes_the_past()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sqlite3"), "The sqlite3 command line is not installed here.");
        await Filled();
        var before = _service.Picture();
        foreach (var sql in Tampering)
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/sqlite3", [_service.File, sql]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode != 0, $"{sql} was not refused.");
            Assert.NotEmpty(said);
            AssertSame(before, _service.Picture(), sql);
        }
    }

    [Fact]
    public async Task Only_erasure_takes_rows_and_only_disclosures()
    {
        await Filled();
        using var connection = Untouched.Open(_service.File);
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM ledger_disclosure WHERE class = 'personal'";
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    static void AssertSame(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, string sql)
    {
        foreach (var (table, digest) in before) Assert.True(digest == after[table], $"{sql} changed {table}.");
    }
}
