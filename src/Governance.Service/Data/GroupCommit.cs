using System.Diagnostics;

namespace Governance.Service.Data;

/// <summary>
/// The one writer of an SQLite file in this process (ledger.md, "In the database"). Commands take turns. While others wait
/// for their turn, a finished command leaves its work in the open transaction for them to build on, and the last one commits
/// for all: one wait for the disk instead of many. Nobody is answered before the COMMIT that holds their work.
/// </summary>
sealed class GroupCommit(Func<PreparedConnection> open) : IDisposable
{
    /// <summary>The most commands in one transaction.</summary>
    const int Most = 512;

    /// <summary>The most trails of which the heads are kept, at some 200 bytes each.</summary>
    const int Trails = 10_000;

    /// <summary>How long a finished command may wait for others before the transaction is committed.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    readonly SemaphoreSlim _turn = new(1, 1);
    PreparedConnection? _connection;
    Group? _group;
    // The end of the log as this connection committed it, and what SQLite called the state of the file then: it calls it otherwise as soon as
    // anybody else has committed anything, and only then.
    LogEnd? _end;
    long _version;
    int _waiting;

    public async Task<OpenTransaction> BeginAsync(CancellationToken ct)
    {
        // Whoever waits is counted on to take the turn, since a group may be left for them to commit. So nobody leaves the
        // queue: a cancelled caller takes its turn and passes it on.
        Interlocked.Increment(ref _waiting);
        Measures.Waiting.Add(1);
        await _turn.WaitAsync(CancellationToken.None);
        Interlocked.Decrement(ref _waiting);
        Measures.Waiting.Add(-1);
        try
        {
            ct.ThrowIfCancellationRequested();
            _connection ??= open();
            if (_group is null)
            {
                // Another process is waited for here, by SQLite's own busy handler.
                _connection.Run("BEGIN IMMEDIATE");
                var version = _connection.Number("PRAGMA data_version");
                if (version != _version) _end = null;
                _version = version;
                _group = new Group();
            }
            else
            {
                _connection.Run("SAVEPOINT command");
            }
        }
        catch
        {
            EndTurn();
            throw;
        }
        var turn = new Turn(this, _group, nested: _group.Count > 0);
        return turn.Transaction = new OpenTransaction(_connection, null, turn.CommitAsync, turn.EndAsync) { LogEnd = _group.Last is { } last ? last.LogEnd : _end, HeadAtCommit = true };
    }

    /// <summary>Commits what is there unless somebody waits who can build on it, then lets the next one in.</summary>
    void EndTurn()
    {
        if (_group is { } group && (Volatile.Read(ref _waiting) == 0 || group.Count >= Most || Stopwatch.GetElapsedTime(group.Begun) > Longest))
        {
            _group = null;
            try
            {
                // A crash before this line undoes every command of the group; none of their callers has been answered.
                var started = Stopwatch.GetTimestamp();
                if (group.Last is { } last) LedgerStore.StoreHead(last);
                _connection!.Run(group.Count > 0 ? "COMMIT" : "ROLLBACK");
                if (group.Count > 0)
                {
                    _end = group.Last?.LogEnd is { Trails.Count: <= Trails } end ? end : null;
                    Measures.CommitTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
                    Measures.GroupSize.Record(group.Count);
                }
                group.Done.SetResult();
            }
            catch (Exception e)
            {
                Fail(group, e);
            }
        }
        _turn.Release();
    }

    /// <summary>Nothing of the group is kept, and each of its callers is told so.</summary>
    void Fail(Group group, Exception why)
    {
        _group = null;
        // A connection whose transaction went wrong is not used again: what state it is in need not be known.
        _connection?.Dispose();
        _connection = null;
        _end = null;
        group.Done.TrySetException(why);
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _turn.Dispose();
    }

    /// <summary>The commands of one transaction.</summary>
    sealed class Group
    {
        public long Begun { get; } = Stopwatch.GetTimestamp();
        public int Count { get; set; }
        /// <summary>
        /// The last command that was not undone. Nobody else can append while the group holds the file, so the next one goes on
        /// from the end of the log that this one left.
        /// </summary>
        public OpenTransaction? Last { get; set; }
        // Callers go on elsewhere, not on the thread that commits for them.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One command's turn. Its own work can be undone without that of the commands before it.</summary>
    sealed class Turn(GroupCommit writer, Group group, bool nested)
    {
        bool _ended;

        public OpenTransaction Transaction { get; set; } = null!;

        public Task CommitAsync()
        {
            try
            {
                if (nested) writer._connection!.Run("RELEASE command");
            }
            catch (Exception e)
            {
                _ended = true;
                writer.Fail(group, e);
                writer._turn.Release();
                return group.Done.Task;
            }
            _ended = true;
            group.Count++;
            group.Last = Transaction;
            writer.EndTurn();
            return group.Done.Task;
        }

        public ValueTask EndAsync()
        {
            if (_ended) return ValueTask.CompletedTask;
            _ended = true;
            try
            {
                if (!writer._connection!.InTransaction)
                {
                    writer.Fail(group, new InvalidOperationException("The database gave up the transaction. Nothing was kept; try again."));
                }
                else if (nested)
                {
                    writer._connection.Run("ROLLBACK TO command");
                    writer._connection.Run("RELEASE command");
                }
                else
                {
                    writer._group = null;
                    writer._connection.Run("ROLLBACK");
                }
            }
            catch (Exception e)
            {
                writer.Fail(group, e);
            }
            writer.EndTurn();
            return ValueTask.CompletedTask;
        }
    }
}
