using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Governance.Ledger;

namespace Governance.Service.Data;

/// <summary>
/// One database. What differs between SQLite and SQL Server is here and in the two classes that derive from it, and
/// nowhere else (design, "Data"). SQL stands in the handler that uses it and runs on both.
/// </summary>
public abstract class Database
{
    static Database()
    {
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    /// <summary>The folder of migrations: <c>Sqlite</c> or <c>SqlServer</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The words that end a query so that it gives at most <c>@take</c> rows; the query must be ordered.</summary>
    public abstract string Take { get; }

    /// <summary>Opens a connection to read with. What is read in it is one picture of the database.</summary>
    public abstract Task<OpenTransaction> BeginReadAsync(CancellationToken ct);

    /// <summary>Begins the only kind of transaction that writes. On SQLite one writer waits for another here.</summary>
    public abstract Task<OpenTransaction> BeginWriteAsync(CancellationToken ct);

    /// <summary>Whether a command that failed so may be run again from its beginning: see <see cref="Retrying"/>.</summary>
    public virtual bool IsPassing(Exception e) => false;

    /// <summary>Whether the reason is that the server cannot be reached, so that trying again at once is no use.</summary>
    public virtual bool IsAway(Exception e) => false;

    /// <summary>
    /// Waits until this transaction is the only one that may append to the log. False where it is so anyway, since one
    /// transaction writes at a time; true where others may have appended since this one began.
    /// </summary>
    /// <exception cref="OvertakenException">The wait was too long.</exception>
    public virtual Task<bool> LockLogAsync(OpenTransaction open) => Task.FromResult(false);

    /// <param name="table">Its name in lower case.</param>
    public abstract bool HasTable(OpenTransaction open, string table);

    /// <summary>Makes the database if need be and brings its tables up to date.</summary>
    /// <exception cref="InvalidOperationException">A migration failed; the message names it. Nothing of it was kept.</exception>
    public abstract void Migrate();

    /// <summary>Copies the whole database, as it is at one moment, while the service goes on.</summary>
    /// <param name="file">A file that does not exist yet.</param>
    /// <exception cref="NotSupportedException">The database server has its own backups; the message says so.</exception>
    public abstract void Backup(string file);

    /// <summary>How times are written wherever text stands for them: UTC, milliseconds, so that text order is time order.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Text(DateTimeOffset time) => Entry.ToMilliseconds(time).ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Text(Guid id) => id.ToString("D");

    /// <summary>
    /// How values of a type are sent. SQLite gets them as text. A server is told the type even of a value that is missing:
    /// otherwise it takes it for text, and not every server turns that into anything else.
    /// </summary>
    abstract class Typed<T>(DbType server) : SqlMapper.TypeHandler<T>, SqlMapper.ITypeHandler
        where T : struct
    {
        void SqlMapper.ITypeHandler.SetValue(IDbDataParameter parameter, object value)
        {
            var embedded = parameter.GetType().Namespace == "Microsoft.Data.Sqlite";
            parameter.DbType = embedded ? DbType.String : server;
            parameter.Value = value is not T given ? DBNull.Value : embedded ? TextOf(given) : ValueOf(given);
        }

        public override void SetValue(IDbDataParameter parameter, T value) => ((SqlMapper.ITypeHandler)this).SetValue(parameter, value);

        protected abstract string TextOf(T value);

        protected abstract object ValueOf(T value);
    }

    sealed class TimeHandler() : Typed<DateTimeOffset>(DbType.DateTimeOffset)
    {
        protected override string TextOf(DateTimeOffset value) => Text(value);

        protected override object ValueOf(DateTimeOffset value) => Entry.ToMilliseconds(value);

        public override DateTimeOffset Parse(object value) => value is DateTimeOffset time
            ? time
            : DateTimeOffset.ParseExact((string)value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
    }

    sealed class DayHandler() : Typed<DateOnly>(DbType.Date)
    {
        protected override string TextOf(DateOnly value) => Text(value);

        protected override object ValueOf(DateOnly value) => value.ToDateTime(TimeOnly.MinValue);

        public override DateOnly Parse(object value) => value is DateTime day
            ? DateOnly.FromDateTime(day)
            : DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    sealed class GuidHandler() : Typed<Guid>(DbType.Guid)
    {
        protected override string TextOf(Guid value) => Text(value);

        protected override object ValueOf(Guid value) => value;

        public override Guid Parse(object value) => value is Guid id ? id : Guid.Parse((string)value, CultureInfo.InvariantCulture);
    }
}

/// <summary>A connection with its transaction. Disposing it without <see cref="CommitAsync"/> undoes everything.</summary>
/// <param name="transaction">Null where the connection itself keeps the transaction.</param>
public sealed class OpenTransaction(DbConnection connection, DbTransaction? transaction, Func<Task> commit, Func<ValueTask> end) : IAsyncDisposable
{
    public DbConnection Connection { get; } = connection;
    public DbTransaction? Transaction { get; } = transaction;

    /// <summary>
    /// The end of the log as this transaction left it, for whoever builds on it within the same commit; null where it must be
    /// read. Never changed in place: what is undone leaves the older one where it was.
    /// </summary>
    internal LogEnd? LogEnd { get; set; }

    /// <summary>Whether the log's head is written by whoever commits, once for all who share the commit; otherwise each append does it.</summary>
    internal bool HeadAtCommit { get; init; }

    /// <summary>When this has completed, what was written survives a crash of process or machine.</summary>
    public Task CommitAsync() => commit();

    public ValueTask DisposeAsync() => end();
}
