using System.Data;
using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.SqlClient;

namespace Governance.Service.Data;

/// <summary>
/// The database for production and for more than one node. How writers keep out of each other's way (ADR 0018): they read
/// committed rows without waiting, change a proposal only at the version that they read, and append to the log under one
/// lock, taken last. Who is overtaken runs again. No lock hints, no MERGE.
/// </summary>
/// <param name="migrations">The folder of the migrations that make its tables.</param>
public sealed class SqlServer(string connectionString, string migrations = "SqlServer") : Database
{
    /// <summary>How long a command waits for the log's lock, in seconds. Each holds it for some milliseconds.</summary>
    const int LockTimeout = 30;

    /// <summary>The row of <c>setting</c> that whoever appends to the log holds. It says nothing.</summary>
    const string LogLock = "ledger_lock";

    /// <summary>How long a node waits while another one brings the tables up to date, in milliseconds.</summary>
    const int MigrationTimeout = 600000;

    /// <summary>What sp_getapplock answers when it waited too long. Anything else below zero is a fault.</summary>
    const int TimedOut = -1;

    public override string Name => "SqlServer";

    public override string Take => "OFFSET 0 ROWS FETCH NEXT @take ROWS ONLY";

    public override async Task<OpenTransaction> BeginReadAsync(CancellationToken ct) => await BeginAsync(IsolationLevel.Snapshot, ct);

    public override async Task<OpenTransaction> BeginWriteAsync(CancellationToken ct) => await BeginAsync(IsolationLevel.ReadCommitted, ct);

    public override bool IsPassing(Exception e) =>
        e is OvertakenException or UncertainException or PassingException || (e is SqlException error && SqlServerErrors.IsPassing(error, opening: false));

    public override bool IsAway(Exception e) => e is UncertainException or PassingException || (e is SqlException error && SqlServerErrors.IsLost(error));

    /// <summary>
    /// Held until the transaction ends, so that entries get their numbers one transaction after the other. It is the lock of
    /// an ordinary row, which every server has and releases however the transaction ends; what is read after it is what
    /// the one before has committed.
    /// </summary>
    public override async Task<bool> LockLogAsync(OpenTransaction open)
    {
        var name = new { name = LogLock };
        try
        {
            if (await open.Connection.ExecuteAsync("UPDATE setting SET value = value WHERE name = @name", name, open.Transaction, LockTimeout) == 0)
            {
                // The very first append. Of two at once one finds the key taken, and is run again.
                await open.Connection.ExecuteAsync("INSERT INTO setting (name, value) SELECT @name, '' WHERE NOT EXISTS (SELECT 1 FROM setting WHERE name = @name)", name, open.Transaction, LockTimeout);
            }
        }
        catch (SqlException e) when (SqlServerErrors.IsTimeOut(e))
        {
            throw new OvertakenException();
        }
        return true;
    }

    public override bool HasTable(OpenTransaction open, string table) => open.Connection.ExecuteScalar<int>(
        "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) = @table", new { table }, open.Transaction) > 0;

    public override void Migrate()
    {
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        DemandSettings(connection);
        // Many nodes may start at once. The lock belongs to the connection: a node that dies here holds nobody up. The database
        // is named in it, since a server may keep such locks for all its databases together.
        var resource = $"governance migrations of {connection.Database.ToLowerInvariant()}";
        var result = connection.ExecuteScalar<int>(
            """
            DECLARE @result INT;
            EXEC @result = sp_getapplock @Resource = @resource, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = @timeout;
            SELECT @result;
            """,
            new { resource, timeout = MigrationTimeout }, commandTimeout: MigrationTimeout / 1000 + 30);
        if (result == TimedOut) throw new InvalidOperationException("Another node has been bringing the database up to date for ten minutes. Look what it says, then start this one again.");
        if (result < 0) throw new InvalidOperationException("The database gave no lock to bring its tables up to date under. Start this node again.");
        try
        {
            DemandOtherLockGone(connection);
            Upgrade();
        }
        finally
        {
            connection.Execute("EXEC sp_releaseapplock @Resource = @resource, @LockOwner = 'Session'", new { resource });
        }
    }

    /// <summary>
    /// Versions from before one-time codes held the log by a lock with a name, and newer ones hold it by a row (ADR 0023). Neither keeps
    /// the other out, so the tables are not brought up to date while one of them runs. Whoever runs holds a lease.
    /// </summary>
    static void DemandOtherLockGone(SqlConnection connection)
    {
        // One of the two: leases are there and one-time codes are not.
        if (connection.ExecuteScalar<int>("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) IN ('lease', 'one_time_code')") != 1) return;
        var now = TimeProvider.System.GetUtcNow();
        if (connection.ExecuteScalar<int>("SELECT COUNT(*) FROM lease WHERE until > @now", new { now }) > 0)
        {
            throw new InvalidOperationException(
                "A node of an older version still runs, and it locks the log in another way: beside this version it could damage the record. Stop every node of the older version, wait twenty seconds, then start this one.");
        }
    }

    void Upgrade()
    {
        var result = DeployChanges.To
            .SqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), s => s.Contains($".Migrations.{migrations}.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    static void DemandSettings(SqlConnection connection)
    {
        var settings = connection.QueryFirst<Settings>(
            "SELECT name, delayed_durability, snapshot_isolation_state, is_read_committed_snapshot_on FROM sys.databases WHERE database_id = DB_ID()");
        if (Problem(settings) is { } problem) throw new InvalidOperationException(problem);
    }

    /// <summary>Why the service must not run on a database with these settings, and what to do about it; null when it may.</summary>
    public static string? Problem(Settings settings)
    {
        var name = $"[{settings.Name.Replace("]", "]]", StringComparison.Ordinal)}]";
        var wrong = new List<string>();
        // 0 is disabled. Allowed and forced both let a commit be answered that a crash then loses, receipt and all.
        if (settings.DelayedDurability != 0)
            wrong.Add($"It may answer before a change is safe on disk. Set: ALTER DATABASE {name} SET DELAYED_DURABILITY = DISABLED;");
        // 1 is on. 2 and 3 are on their way off and on.
        if (settings.SnapshotIsolationState != 1)
            wrong.Add($"Whoever reads would see changes from the middle. Set: ALTER DATABASE {name} SET ALLOW_SNAPSHOT_ISOLATION ON;");
        if (!settings.IsReadCommittedSnapshotOn)
            wrong.Add($"Whoever reads would wait for whoever writes. Set: ALTER DATABASE {name} SET READ_COMMITTED_SNAPSHOT ON;");
        return wrong.Count == 0 ? null : $"The database {settings.Name} is not set up for this service. {string.Join(" ", wrong)}";
    }

    /// <summary>What the server says of the database, as its catalogue writes it.</summary>
    public sealed record Settings
    {
        public string Name { get; init; } = "";
        public int DelayedDurability { get; init; }
        public int SnapshotIsolationState { get; init; }
        public bool IsReadCommittedSnapshotOn { get; init; }
    }

    public override void Backup(string file) =>
        throw new NotSupportedException("SQL Server makes its own backups: use BACKUP DATABASE, and keep them apart from the signing key.");

    async Task<OpenTransaction> BeginAsync(IsolationLevel level, CancellationToken ct)
    {
        var connection = new SqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(ct);
            var transaction = connection.BeginTransaction(level);
            return new OpenTransaction(connection, transaction, () => CommitAsync(transaction), async () =>
            {
                await transaction.DisposeAsync();
                await connection.DisposeAsync();
            });
        }
        catch (SqlException e) when (SqlServerErrors.IsPassing(e, opening: true))
        {
            await connection.DisposeAsync();
            throw new PassingException(e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static async Task CommitAsync(SqlTransaction transaction)
    {
        try
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            await transaction.CommitAsync(CancellationToken.None);
            Measures.CommitTime.Record(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        catch (SqlException e) when (SqlServerErrors.IsLost(e))
        {
            // A crash of the server before this line may have come before or after its commit.
            throw new UncertainException();
        }
    }
}
