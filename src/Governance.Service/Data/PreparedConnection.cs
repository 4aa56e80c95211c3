using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Data;

/// <summary>
/// An SQLite connection that keeps the statements it has prepared. Preparing a statement costs several times what running
/// it does, and a command of the service runs some twenty; Dapper makes a new command object for each of them. Not for two
/// threads at once.
/// </summary>
sealed class PreparedConnection(SqliteConnection inner) : DbConnection
{
    /// <summary>The service has some hundred statements; lists in a statement make more of them, so they are not all kept for ever.</summary>
    const int Most = 400;

    readonly Dictionary<string, SqliteCommand> _idle = [];
    readonly Dictionary<string, DirectStatement> _direct = [];

    public SqliteConnection Inner { get; } = inner;

    [AllowNull]
    public override string ConnectionString
    {
        get => Inner.ConnectionString;
        set => throw new NotSupportedException("The connection is open already.");
    }

    public override string Database => Inner.Database;

    public override string DataSource => Inner.DataSource;

    public override string ServerVersion => Inner.ServerVersion;

    public override ConnectionState State => Inner.State;

    /// <summary>False when SQLite itself has undone the transaction, as it does on a full disk.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Inner.Handle) == 0;

    /// <summary>Runs a statement without values, such as BEGIN.</summary>
    public void Run(string sql) => Execute(sql, null);

    /// <summary>Asks for one number without giving values.</summary>
    public long Number(string sql)
    {
        var command = Take(sql);
        var number = (long)command.ExecuteScalar()!;
        Keep(command);
        return number;
    }

    /// <summary>
    /// Runs a statement that gives no rows. Dapper and the provider between them take longer for a short statement than
    /// SQLite does, and appending holds everybody up, so values go straight to SQLite here.
    /// </summary>
    /// <param name="values">An object whose properties are the statement's values, or null.</param>
    /// <returns>The number of rows that were changed; -1 for a statement that changes none.</returns>
    public int Execute(string sql, object? values)
    {
        if (!_direct.TryGetValue(sql, out var statement)) _direct[sql] = statement = DirectStatement.Prepare(Inner, sql);
        return statement.Run(values);
    }

    public override void Open() => throw new NotSupportedException("The connection is open already.");

    public override void Close() => Inner.Close();

    public override void ChangeDatabase(string databaseName) => Inner.ChangeDatabase(databaseName);

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException("Transactions are begun by the database.");

    protected override DbCommand CreateDbCommand() => new Statement(this);

    SqliteCommand Take(string sql)
    {
        if (_idle.Remove(sql, out var kept)) return kept;
        var command = Inner.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    void Keep(SqliteCommand command)
    {
        command.Parameters.Clear();
        if (_idle.Count >= Most || !_idle.TryAdd(command.CommandText, command)) command.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in _idle.Values) command.Dispose();
            _idle.Clear();
            foreach (var statement in _direct.Values) statement.Dispose();
            _direct.Clear();
            Inner.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>One use of a prepared statement: taken when the text is set, given back when disposed of.</summary>
    sealed class Statement(PreparedConnection connection) : DbCommand
    {
        SqliteCommand? _inner;

        SqliteCommand Inner => _inner ?? throw new InvalidOperationException("The command has no text yet.");

        [AllowNull]
        public override string CommandText
        {
            get => _inner?.CommandText ?? "";
            set
            {
                // Dapper writes a list of values out into the text after it has added them: they go along.
                var given = _inner?.Parameters.Cast<SqliteParameter>().ToList() ?? [];
                Return();
                _inner = connection.Take(value ?? "");
                _inner.Parameters.AddRange(given);
            }
        }

        public override int CommandTimeout { get; set; } = 30;

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; } = connection;

        protected override DbParameterCollection DbParameterCollection => Inner.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel() => Inner.Cancel();

        public override int ExecuteNonQuery() => Inner.ExecuteNonQuery();

        public override object? ExecuteScalar() => Inner.ExecuteScalar();

        public override void Prepare() => Inner.Prepare();

        protected override DbParameter CreateDbParameter() => Inner.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Inner.ExecuteReader(behavior);

        protected override void Dispose(bool disposing)
        {
            if (disposing) Return();
            base.Dispose(disposing);
        }

        void Return()
        {
            if (_inner is not null) connection.Keep(_inner);
            _inner = null;
        }
    }
}
