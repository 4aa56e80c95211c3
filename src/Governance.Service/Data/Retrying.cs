using Governance.Review;

namespace Governance.Service.Data;

/// <summary>Another transaction got there first, and this one could not be kept. Where a database has many writers the command is run again.</summary>
public sealed class OvertakenException() : ConflictException("Somebody changed this at the same moment. Look at it again, then repeat what you did.");

/// <summary>The database was lost while it committed: what was asked for may have been kept, or not.</summary>
public sealed class UncertainException()
    : ConflictException("The connection to the database was lost at the last moment. What you did may have been kept, or not. Look before you repeat it.");

/// <summary>The database could not be had for a moment, and what failed may be tried again from the beginning.</summary>
public sealed class PassingException(Exception inner) : Exception(inner.Message, inner);

/// <summary>Runs a command or query again, whole, when what failed will pass. A handler never tries single statements again.</summary>
public static class Retrying
{
    /// <summary>How often at most. The waits in between come to some two seconds, or half a minute where the server is away.</summary>
    public const int Most = 8;

    /// <summary>
    /// From this try on a command takes the log's lock before it reads, so that others cannot overtake it again. Not before:
    /// while it holds that lock nobody else can append.
    /// </summary>
    const int LogFirst = 3;

    /// <param name="once">Begins a transaction, does everything in it, and commits.</param>
    /// <param name="findsItself">
    /// Whether a second run would notice that the first was kept: only then is it run again after a commit whose end is not known.
    /// </param>
    /// <exception cref="ConflictException">It did not succeed in <see cref="Most"/> tries.</exception>
    public static async Task<T> RunAsync<T>(Session session, Func<Task<T>> once, bool findsItself, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            session.LogFirst = tries >= LogFirst;
            try
            {
                return await once();
            }
            catch (Exception e) when (session.Database.IsPassing(e) && (findsItself || e is not UncertainException))
            {
                await session.EndAsync();
                if (tries == Most)
                {
                    if (e is ConflictException) throw;
                    throw new ConflictException("The database is too busy just now, or cannot be reached. Nothing was kept. Try again in a minute.");
                }
                // Those who met here must not meet again, so each waits a time of its own.
                var longest = session.Database.IsAway(e) ? 250 : 10;
                await Task.Delay(Random.Shared.Next(longest, longest * (1 << Math.Min(tries, 5))), ct);
            }
        }
    }
}
