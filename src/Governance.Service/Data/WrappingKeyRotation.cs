using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Governance.Review;

namespace Governance.Service.Data;

/// <summary>How many keys were wrapped anew; those that were under the new wrapping key already are not counted.</summary>
/// <param name="Sessions">Keys of sessions, in the database of the data.</param>
/// <param name="Keys">Keys of the key store.</param>
public sealed record Rewrapped(int Sessions, int Keys);

/// <summary>
/// Changes the wrapping key: opens every key with the old one and wraps it with the new one. Keys stay what they are, so
/// nothing has to be sealed again, and what was destroyed stays so. Each of the two databases is changed in one transaction and
/// only after everything in it was opened with the new key; after a crash in between it is run again and does what is left.
/// </summary>
public static class WrappingKeyRotation
{
    /// <exception cref="ConflictException">A node is running, or neither key opens something. Nothing was changed in that database.</exception>
    public static async Task<Rewrapped> RunAsync(Database data, KeyDatabase keys, WrappingKey from, WrappingKey to, DateTimeOffset now, CancellationToken ct)
    {
        keys.Open();
        var sessions = await ProtectionKeys.RewrapAsync(data, from, to, now, ct);
        // A crash before this line leaves the sessions' keys under the new one; after it, all.
        var rewrapped = keys.Write((connection, transaction) =>
        {
            KeyStore.Count(connection, transaction);
            return Sealing(connection, transaction, from, to) + Values(connection, transaction, from, to);
        });
        keys.Wipe();
        return new Rewrapped(sessions, rewrapped);
    }

    static int Sealing(DbConnection connection, DbTransaction transaction, WrappingKey from, WrappingKey to)
    {
        var rewrapped = 0;
        foreach (var (id, old) in connection.Query<(long, byte[])>("SELECT id, wrapped FROM sealing_key", null, transaction).AsList())
        {
            if (Rewrap(old, WrappingKey.Place(id), from, to, "A key of the key store") is not { } wrapped) continue;
            connection.Execute("UPDATE sealing_key SET wrapped = @wrapped WHERE id = @id", new { id, wrapped }, transaction);
            rewrapped++;
        }
        foreach (var (id, wrapped) in connection.Query<(long, byte[])>("SELECT id, wrapped FROM sealing_key", null, transaction).AsList())
            Demand(to.TryUnwrap(wrapped, WrappingKey.Place(id)) is not null);
        return rewrapped;
    }

    static int Values(DbConnection connection, DbTransaction transaction, WrappingKey from, WrappingKey to)
    {
        var rewrapped = 0;
        foreach (var (digest, old) in connection.Query<(string, byte[])>("SELECT digest, wrapped FROM value_key", null, transaction).AsList())
        {
            if (Rewrap(old, WrappingKey.Place(digest), from, to, "A single value's key in the key store") is not { } wrapped) continue;
            connection.Execute("UPDATE value_key SET wrapped = @wrapped WHERE digest = @digest", new { digest, wrapped }, transaction);
            rewrapped++;
        }
        foreach (var (digest, wrapped) in connection.Query<(string, byte[])>("SELECT digest, wrapped FROM value_key", null, transaction).AsList())
            Demand(to.TryUnwrap(wrapped, WrappingKey.Place(digest)) is not null);
        return rewrapped;
    }

    /// <returns>Null where it is wrapped with the new key already.</returns>
    /// <exception cref="ConflictException">Neither key opens it.</exception>
    internal static byte[]? Rewrap(byte[] wrapped, ReadOnlySpan<byte> place, WrappingKey from, WrappingKey to, string what)
    {
        if (to.TryUnwrap(wrapped, place) is not null) return null;
        var key = from.TryUnwrap(wrapped, place) ?? throw new ConflictException($"{what} opens neither with the new wrapping key nor with the old one. Set {WrappingKey.PreviousSetting} or {WrappingKey.PreviousFileSetting} to the key that it was wrapped with.");
        var anew = to.Wrap(key, place);
        CryptographicOperations.ZeroMemory(key);
        return anew;
    }

    internal static void Demand(bool opens)
    {
        if (!opens) throw new ConflictException("A key that was wrapped anew does not open with the new wrapping key. Nothing was changed.");
    }
}
