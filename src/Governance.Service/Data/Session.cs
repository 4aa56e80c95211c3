using System.Data;
using Dapper;

namespace Governance.Service.Data;

/// <summary>
/// The transaction that one command or query runs in. The pipeline begins and ends it; handlers only ask it. Nothing
/// reaches the database outside of it.
/// </summary>
public sealed class Session(Database database) : IAsyncDisposable
{
    OpenTransaction? _open;

    public Database Database { get; } = database;

    /// <summary>The command has been overtaken before, so it takes the log's lock before it reads: see <see cref="Retrying"/>.</summary>
    public bool LogFirst { get; set; }

    /// <summary>Whether a transaction is open. Slow work that needs none must not be done in one: others wait for it.</summary>
    public bool IsOpen => _open is not null;

    public async Task BeginWriteAsync(CancellationToken ct) => _open = await Database.BeginWriteAsync(ct);

    public async Task BeginReadAsync(CancellationToken ct) => _open = await Database.BeginReadAsync(ct);

    /// <inheritdoc cref="OpenTransaction.CommitAsync"/>
    public async Task CommitAsync()
    {
        var open = Current;
        // What comes after the commit belongs to another transaction, even while this one still waits for the disk.
        _open = null;
        await using (open) await open.CommitAsync();
    }

    /// <summary>Ends the transaction. What was not committed is undone.</summary>
    public async ValueTask EndAsync()
    {
        var open = _open;
        _open = null;
        if (open is not null) await open.DisposeAsync();
    }

    public ValueTask DisposeAsync() => EndAsync();

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null) =>
        (await Current.Connection.QueryAsync<T>(sql, values, Current.Transaction)).AsList();

    public Task<T?> FirstAsync<T>(string sql, object? values = null) =>
        Current.Connection.QueryFirstOrDefaultAsync<T>(sql, values, Current.Transaction);

    public Task<T> ScalarAsync<T>(string sql, object? values = null) =>
        Current.Connection.ExecuteScalarAsync<T>(sql, values, Current.Transaction)!;

    public Task<int> ExecuteAsync(string sql, object? values = null) => Current.Connection is PreparedConnection embedded
        ? Task.FromResult(embedded.Execute(sql, values))
        : Current.Connection.ExecuteAsync(sql, values, Current.Transaction);

    /// <summary>For pure code that asks as it goes, such as a tree that is read node by node.</summary>
    public T Scalar<T>(string sql, object? values = null) => Current.Connection.ExecuteScalar<T>(sql, values, Current.Transaction)!;

    /// <inheritdoc cref="Scalar{T}"/>
    public IReadOnlyList<T> Query<T>(string sql, object? values = null) =>
        Current.Connection.Query<T>(sql, values, Current.Transaction).AsList();

    /// <inheritdoc cref="Scalar{T}"/>
    public int Execute(string sql, object? values = null) => Current.Connection is PreparedConnection embedded
        ? embedded.Execute(sql, values)
        : Current.Connection.Execute(sql, values, Current.Transaction);

    /// <summary>The transaction itself, for the few places that stream or need a provider's own command.</summary>
    public OpenTransaction Current => _open ?? throw new InvalidOperationException("No transaction is open: requests go through the mediator.");
}
