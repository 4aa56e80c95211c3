using Dapper;
using Governance.Review;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Databases;

/// <summary>What only a server can show. Skipped where there is none; all other tests run over it too where there is one.</summary>
public sealed class ServerTests
{
    static readonly string[] Tampering =
    [
        "UPDATE ledger_entry SET entry = 0x00 WHERE seq = 1",
        "UPDATE ledger_entry SET kind = kind WHERE seq = 0",
        "DELETE FROM ledger_entry WHERE seq = (SELECT MAX(seq) FROM ledger_entry)",
        "DELETE FROM ledger_entry",
        "TRUNCATE TABLE ledger_entry",
        "INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf) VALUES (-1, NULL, NULL, 'x', '2026-01-01T00:00:00Z', 0x00, 0x00)",
        "INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf) SELECT MAX(seq) + 2, NULL, NULL, 'x', '2026-01-01T00:00:00Z', 0x00, 0x00 FROM ledger_entry",
        "INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf) SELECT (SELECT MAX(seq) + 1 FROM ledger_entry), proposal, pseq, kind, at, 0x00, leaf FROM ledger_entry WHERE seq = 1",
        "UPDATE ledger_head SET root = 0x00",
        "UPDATE ledger_head SET size = size - 1",
        "UPDATE ledger_head SET size = size + 1, last_at = '2000-01-01T00:00:00Z'",
        "DELETE FROM ledger_head",
        "TRUNCATE TABLE ledger_head",
        "INSERT INTO ledger_head (id, size, frontier, root, last_at) VALUES (2, 0, 0x, 0x, '2026-01-01T00:00:00Z')",
        "UPDATE ledger_proposal_head SET last = 0x00",
        "UPDATE ledger_proposal_head SET count = count + 1, pord = pord + 1",
        "UPDATE ledger_proposal_head SET count = count + 1, proposal = 'another'",
        "DELETE FROM ledger_proposal_head",
        "TRUNCATE TABLE ledger_proposal_head",
        "UPDATE ledger_tile SET hashes = 0x00",
        "DELETE FROM ledger_tile",
        "TRUNCATE TABLE ledger_tile",
        "UPDATE ledger_checkpoint SET note = 'x'",
        "DELETE FROM ledger_checkpoint",
        "TRUNCATE TABLE ledger_checkpoint",
        "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (0, 0x00, 'x', '2026-01-01T00:00:00Z')",
        "UPDATE ledger_disclosure SET disclosure = 0x00",
    ];

    [Fact]
    public async Task No_statement_on_a_connection_of_its_own_changes_the_past()
    {
        TestServer.Demand();
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.ServiceDesign);
        await TreeTests.Append(service, 300);
        await service.Send(new SignCheckpoint { Actor = Service.Pipeline.Actor.Service });
        var before = service.Picture();
        foreach (var sql in Tampering)
        {
            using var connection = service.OpenOutside();
            Assert.True(Record.Exception(() => connection.Execute(sql)) is SqlException, $"{sql} was not refused.");
            Assert.Equal(before, service.Picture());
        }
    }

    [Fact]
    public async Task The_rights_that_the_role_scripts_give_are_enough_for_the_service_and_for_nothing_else()
    {
        TestServer.Demand();
        await using var service = new TestService(leastRights: true);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Send(new Service.Proposals.DiscardDraft { Actor = service.Lead, Reference = await service.Draft(SampleAnswers.ServiceDesign) });
        await service.ApproveAll(reference);
        await service.Decide(reference);
        await service.Send(new SignCheckpoint { Actor = Service.Pipeline.Actor.Service });
        Assert.Empty((await service.Send(new RunDoctor())).Faults);
        var before = service.Picture();
        foreach (var sql in new[]
        {
            // No row, so no trigger: what refuses these is that the login may not do them at all.
            "UPDATE ledger_entry SET kind = kind WHERE seq = -1", "DELETE FROM ledger_entry WHERE seq = -1", "DELETE FROM ledger_head WHERE id = 2", "UPDATE ledger_checkpoint SET size = size WHERE size = -1",
            "DELETE FROM person WHERE version = -1", "UPDATE schema_needs SET migration = 1", "DELETE FROM SchemaVersions", "ALTER TABLE person ADD shoe INT NULL", "TRUNCATE TABLE outbox", "DROP TABLE setting",
            "DISABLE TRIGGER ledger_entry_no_update ON ledger_entry", "CREATE TABLE mine (id INT)",
        })
            Assert.True(await Record.ExceptionAsync(() => service.InTransaction((_, session) => session.ExecuteAsync(sql))) is SqlException, $"{sql} was not refused.");
        Assert.Equal(before, service.Picture());
    }

    [Fact]
    public void Nodes_that_start_at_once_make_the_tables_once()
    {
        TestServer.Demand();
        using var server = TestServer.Make()!;
        Parallel.For(0, 4, _ => new Data.SqlServer(server.ConnectionString).Migrate());
        using var connection = server.Open();
        var made = connection.Query<string>("SELECT ScriptName FROM SchemaVersions").ToList();
        Assert.Equal(made.Distinct(StringComparer.Ordinal), made);
        Assert.Contains(made, name => name.Contains($".{Schema.Newest(new Data.SqlServer(server.ConnectionString)):D4}_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_installation_moves_up_from_a_file()
    {
        TestServer.Demand();
        using var server = TestServer.Make()!;
        await using var service = new TestService(embedded: true);
        await service.Submitted(SampleAnswers.ServiceDesign);
        var before = service.Picture();
        var to = new Data.SqlServer(server.ConnectionString);
        var moved = await new MoveUp(service.Services.GetRequiredService<Data.Database>(), to, batch: 7).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(service.LedgerSize(), moved.Entries);
        Assert.Equal(before, service.Picture());
        using var there = server.Open();
        TreeTests.AssertWhole(there);
    }

    [Fact]
    public async Task A_key_that_another_transaction_put_there_first_is_an_error_that_passes()
    {
        TestServer.Demand();
        await using var service = new TestService();
        var database = service.Services.GetRequiredService<Data.Database>();
        using var connection = service.OpenOutside();
        connection.Execute("INSERT INTO setting (name, value) VALUES ('twice', '')");
        foreach (var sql in new[] { "INSERT INTO setting (name, value) VALUES ('twice', '')", "UPDATE person SET email = 'same@example.org'" })
            Assert.True(database.IsPassing(Record.Exception(() => connection.Execute(sql))!));
        Assert.False(database.IsPassing(Record.Exception(() => connection.Execute("DELETE FROM ledger_head"))!));
    }
}
