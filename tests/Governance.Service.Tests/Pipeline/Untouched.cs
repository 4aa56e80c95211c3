using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Tests.Pipeline;

/// <summary>
/// Looks at the database file from outside, over a connection of its own that the service knows nothing of. A refusal
/// must leave every table as it was, byte for byte: not only the ledger and the proposal's version.
/// </summary>
static class Untouched
{
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Rows as SQLite has them, whichever database they come from: text, whole numbers and bytes.</summary>
    public static IReadOnlyList<object[]> Rows(DbConnection connection, string sql, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            for (var i = 0; i < row.Length; i++) row[i] = MoveUp.Plain(row[i])!;
            rows.Add(row);
        }
        return rows;
    }

    public static IReadOnlyList<object[]> Rows(this TestService service, string sql, params (string Name, object Value)[] values)
    {
        using var connection = service.OpenOutside();
        return Rows(connection, sql, values);
    }

    public static long Count(this TestService service, string table, string where = "1 = 1", params (string Name, object Value)[] values) =>
        (long)service.Rows($"SELECT COUNT(*) FROM {table} WHERE {where}", values)[0][0];

    public static long LedgerSize(this TestService service) => service.Count("ledger_entry");

    public static IReadOnlyList<string> Kinds(this TestService service, string reference) =>
        [.. service.Rows("SELECT kind FROM ledger_entry WHERE proposal = @r ORDER BY pseq", ("@r", reference)).Select(r => (string)r[0])];

    /// <summary>The tasks that are asked of somebody about a proposal, as <c>Task stage</c>.</summary>
    public static IReadOnlyList<string> Queue(this TestService service, Actor person, string reference) =>
        [.. service.Rows(
            "SELECT w.task, w.stage FROM work_item w JOIN proposal p ON p.id = w.proposal WHERE w.person = @me AND p.reference = @r",
            ("@me", person.Id.ToString("D")), ("@r", reference)).Select(r => $"{r[0]} {r[1]}".Trim()).Order(StringComparer.Ordinal)];

    /// <summary>Every row of every table, as one digest a table.</summary>
    public static IReadOnlyDictionary<string, string> Picture(this TestService service)
    {
        using var connection = service.OpenOutside();
        var tables = connection is SqliteConnection
            ? Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").Select(r => (string)r[0])
            : MoveUp.Tables.Select(t => t.Table);
        return tables.ToDictionary(t => t, t =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            // A server gives rows in whatever order it finds them. The row that a server locks the log by says nothing.
            return string.Join('\n', Rows(connection, $"SELECT * FROM \"{t}\"").Where(row => t != "setting" || row[0] is not "ledger_lock").Select(row =>
            {
                foreach (var value in row)
                {
                    var bytes = value as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                    hash.AppendData(BitConverter.GetBytes(bytes.Length));
                    hash.AppendData(bytes);
                }
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }).Order(StringComparer.Ordinal));
        });
    }

    /// <summary>Sends something that must be refused, and proves that nothing at all was changed by trying.</summary>
    public static async Task<TRefusal> Refuses<TRefusal>(this TestService service, IBaseRequest request)
        where TRefusal : RefusalException
    {
        var before = service.Picture();
        var refusal = await Assert.ThrowsAnyAsync<TRefusal>(async () => await Untyped(service, request));
        Assert.Equal(before, service.Picture());
        Assert.False(string.IsNullOrWhiteSpace(refusal.Message));
        return refusal;
    }

    /// <summary>Sends something invalid and proves that it is refused with exactly these faults, changing nothing.</summary>
    public static async Task Faults(this TestService service, IBaseRequest request, params (string Field, string Message)[] expected)
    {
        var refusal = await service.Refuses<InvalidException>(request);
        Assert.Equal(expected.Select(e => new Fault(e.Field, e.Message)), refusal.Faults);
    }

    static Task Untyped(TestService service, IBaseRequest request) => request switch
    {
        IRequest<Receipt> command => service.Send(command),
        IRequest<Service.Proposals.ProposalView> query => service.Send(query),
        IRequest<Service.Proposals.StoredDocument> query => service.Send(query),
        IRequest<Service.Proposals.RevisionView> query => service.Send(query),
        IRequest<Service.Proposals.DraftScreening> query => service.Send(query),
        IRequest<Service.Stages.StageView> query => service.Send(query),
        _ => throw new ArgumentException($"{request.GetType().Name} gives an answer that no test has asked for yet.", nameof(request)),
    };
}
