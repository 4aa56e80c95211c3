using System.Collections.Concurrent;
using System.Globalization;
using System.Linq.Expressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Governance.Service.Data;

/// <summary>
/// A prepared statement of SQLite's that gives no rows. It takes its values from an object's properties, as Dapper does, and
/// writes them as <see cref="Database"/> tells Dapper to. Not for two threads at once.
/// </summary>
sealed class DirectStatement : IDisposable
{
    static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, Func<object, object?>>> Properties = new();

    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;
    readonly string[] _names;
    readonly bool _changes;
    Type? _bound;
    Func<object, object?>[] _values = [];

    DirectStatement(sqlite3 database, sqlite3_stmt statement)
    {
        _database = database;
        _statement = statement;
        // Names stand in the statement with a sign before them: @name.
        _names = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(statement)).Select(i => raw.sqlite3_bind_parameter_name(statement, i).utf8_to_string()[1..])];
        _changes = raw.sqlite3_stmt_readonly(statement) == 0;
    }

    /// <exception cref="SqliteException">SQLite does not understand the statement.</exception>
    /// <exception cref="ArgumentException">There is more than one statement in the text.</exception>
    public static DirectStatement Prepare(SqliteConnection connection, string sql)
    {
        var database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out var statement, out var rest), database);
        if (!string.IsNullOrWhiteSpace(rest))
        {
            statement.Dispose();
            throw new ArgumentException("One statement at a time: " + sql, nameof(sql));
        }
        return new DirectStatement(database, statement);
    }

    /// <param name="values">An object with a property for each value that the statement names; null when it names none.</param>
    /// <returns>The number of rows that were changed; -1 for a statement that changes none.</returns>
    /// <exception cref="SqliteException">SQLite refused; what the statement did is undone.</exception>
    public int Run(object? values)
    {
        try
        {
            if (_names.Length > 0) Bind(values ?? throw new ArgumentNullException(nameof(values)));
            int outcome;
            do outcome = raw.sqlite3_step(_statement);
            while (outcome == raw.SQLITE_ROW);
            if (outcome != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(outcome, _database);
            return _changes ? raw.sqlite3_changes(_database) : -1;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
            // What was written may be secret, or large.
            raw.sqlite3_clear_bindings(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    void Bind(object values)
    {
        if (values.GetType() is var type && type != _bound)
        {
            var properties = Properties.GetOrAdd(type, PropertiesOf);
            _values = [.. _names.Select(name => properties.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no value for @{name}.", nameof(values)))];
            _bound = type;
        }
        for (var i = 0; i < _values.Length; i++)
            SqliteException.ThrowExceptionForRC(Bind(i + 1, _values[i](values)), _database);
    }

    int Bind(int at, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(_statement, at),
        string text => raw.sqlite3_bind_text(_statement, at, text),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, at, bytes),
        long number => raw.sqlite3_bind_int64(_statement, at, number),
        int number => raw.sqlite3_bind_int64(_statement, at, number),
        bool flag => raw.sqlite3_bind_int64(_statement, at, flag ? 1 : 0),
        double number => raw.sqlite3_bind_double(_statement, at, number),
        DateTimeOffset time => raw.sqlite3_bind_text(_statement, at, Database.Text(time)),
        DateOnly day => raw.sqlite3_bind_text(_statement, at, Database.Text(day)),
        Guid id => raw.sqlite3_bind_text(_statement, at, Database.Text(id)),
        Enum choice => raw.sqlite3_bind_int64(_statement, at, Convert.ToInt64(choice, CultureInfo.InvariantCulture)),
        _ => throw new NotSupportedException($"A value of type {value.GetType()} cannot be written."),
    };

    static Dictionary<string, Func<object, object?>> PropertiesOf(Type type) => type.GetProperties().ToDictionary(p => p.Name, p =>
    {
        var owner = Expression.Parameter(typeof(object));
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(Expression.Property(Expression.Convert(owner, type), p), typeof(object)), owner).Compile();
    }, StringComparer.OrdinalIgnoreCase);
}
