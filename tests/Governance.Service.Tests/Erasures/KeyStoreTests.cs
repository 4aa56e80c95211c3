using System.Security.Cryptography;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Service.Tests.Erasures;

/// <summary>
/// The key store by itself, with a second one over the same database in the place of a second process: a file, or a server
/// where there is one to test against.
/// </summary>
public sealed class KeyStoreTests : IDisposable
{
    static readonly Guid Somebody = Guid.Parse("5d0f4a60-0000-4000-8000-000000000001");

    readonly string _folder = Directory.CreateTempSubdirectory("governance-keys-").FullName;

    readonly TestServer? _server = TestServer.Make();
    readonly FakeTimeProvider _clock = new();

    public void Dispose()
    {
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    string StoreFile => Path.Combine(_folder, "keys", "keys.db");

    KeyStore Store(params (string Name, string? Value)[] settings) => Store(_server is null ? new SqliteKeys(StoreFile) : new SqlServerKeys(_server.ConnectionString, _clock), settings);

    KeyStore InFile(params (string Name, string? Value)[] settings) => Store(new SqliteKeys(StoreFile), settings);

    KeyStore Store(KeyDatabase database, (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, s.Value))).Build();
        return new KeyStore(database, () => WrappingKey.Load(configuration, StoreFile), _clock);
    }

    /// <summary>The longest that a node remembers what another one has destroyed: on a file not at all.</summary>
    void Wait() => _clock.Advance(KeyDatabase.Longest);

    [Fact]
    public void What_one_process_destroys_no_other_opens_or_seals_under_any_more()
    {
        using var one = Store();
        using var other = Store();
        var (mine, theirs) = (new Sealing(one), new Sealing(other));
        var (first, second) = (Disclosure.Create("rationale", "First reason."), Disclosure.Create("rationale", "Second reason."));
        var (firstBox, secondBox) = (mine.Seal(Somebody, first), mine.Seal(Somebody, second));
        Assert.Equal(first.Text, theirs.OpenDisclosure(first.Digest, firstBox));
        var old = Sealing.KeyIdOf(firstBox);
        Assert.Equal(old, other.KeyOf(Somebody));

        // The first is to go and the second to stay.
        one.Retire([old], [(second.Digest, mine.ValueKeyOf(second.Digest, secondBox)!)]);
        // Whoever gets the log's lock after the erasure asks anew, however short it was ago.
        other.LookAgain();
        Assert.NotEqual(old, other.KeyOf(Somebody));
        Assert.Equal(first.Text, theirs.OpenDisclosure(first.Digest, firstBox));
        one.Destroy([old], [new ErasedValue { Digest = first.Digest, Path = "rationale", Class = "panel" }], []);
        Wait();

        foreach (var sealing in (Sealing[])[mine, theirs])
        {
            Assert.Null(sealing.OpenDisclosure(first.Digest, firstBox));
            Assert.Equal(second.Text, sealing.OpenDisclosure(second.Digest, secondBox));
            Assert.Equal("rationale", sealing.Keys.FindErased(first.Digest)!.Path);
            Assert.True(sealing.Keys.WasDestroyed(old));
            Assert.False(sealing.Keys.WasDestroyed(old + 1));
        }
    }

    [Fact]
    public void Of_somebody_who_is_erased_whole_no_key_is_left_not_even_one_that_another_process_made_in_between()
    {
        using var one = Store();
        using var other = Store();
        var first = one.KeyOf(Somebody);
        one.Retire([first], []);
        Wait();
        // Sealed by somebody who was quicker than the erasure's end.
        var box = new Sealing(other).Seal(Somebody, Disclosure.Create("rationale", "Said in between."));
        Assert.NotEqual(first, Sealing.KeyIdOf(box));
        one.Destroy([first], [], [Somebody]);
        Wait();
        foreach (var store in (KeyStore[])[one, other])
        {
            Assert.Null(store.Find(Sealing.KeyIdOf(box)));
            Assert.True(store.WasDestroyed(Sealing.KeyIdOf(box)));
            Assert.Empty(store.AllKeysOf(Somebody));
            Assert.Throws<ConflictException>(() => store.KeyOf(Somebody));
            Assert.NotEqual(0, store.KeyOf(Guid.Parse("5d0f4a60-0000-4000-8000-000000000002")));
        }
    }

    [Fact]
    public void A_store_from_before_its_tables_had_numbers_goes_on()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StoreFile)!);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        byte[] box;
        using (var store = InFile((WrappingKey.Setting, key))) box = new Sealing(store).Seal(store.NewKey(), "proposal.state", "the state");
        using (var connection = Pipeline.Untouched.Open(StoreFile))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE key_change; DROP TABLE SchemaVersions;";
            command.ExecuteNonQuery();
        }
        using var again = InFile((WrappingKey.Setting, key));
        Assert.Equal("the state", new Sealing(again).Open(box, "proposal.state"));
        again.Destroy([Sealing.KeyIdOf(box)], [], []);
        Assert.Null(again.Find(Sealing.KeyIdOf(box)));
    }

    [Fact]
    public void Many_who_ask_at_once_for_somebodys_first_key_get_the_same_one()
    {
        using var one = Store();
        using var other = Store();
        one.Open();
        var ids = new System.Collections.Concurrent.ConcurrentBag<(int Person, long Key)>();
        Parallel.For(0, 32, i => ids.Add((i % 4, (i % 3 == 0 ? one : other).KeyOf(new Guid(i % 4, 0, 0, new byte[8])))));
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids.Select(i => i.Key).Distinct(), id => Assert.Equal(one.Find(id), other.Find(id)));
        Assert.Equal(64, Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? one : other).NewKey()).Distinct().Count());
    }

    [Fact]
    public void The_bytes_of_a_destroyed_key_are_not_left_in_the_files()
    {
        using var store = InFile();
        var sealing = new Sealing(store);
        var box = sealing.Seal(Somebody, Disclosure.Create("rationale", "A reason."));
        var id = Sealing.KeyIdOf(box);
        byte[] wrapped;
        using (var connection = Pipeline.Untouched.Open(StoreFile)) wrapped = (byte[])Pipeline.Untouched.Rows(connection, "SELECT wrapped FROM sealing_key WHERE id = @id", ("@id", id))[0][0];
        Assert.True(Holds(wrapped));
        store.Destroy([id], [], []);
        Assert.False(Holds(wrapped));

        bool Holds(byte[] bytes) => Directory.GetFiles(Path.GetDirectoryName(StoreFile)!, "keys.db*").Any(f =>
        {
            using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray().AsSpan().IndexOf(bytes) >= 0;
        });
    }

    [Fact]
    public void A_box_opens_only_in_its_own_place_and_unchanged()
    {
        using var store = Store();
        var sealing = new Sealing(store);
        var key = sealing.NewKey();
        var box = sealing.Seal(key, "proposal.state", "the state");
        Assert.Equal("the state", sealing.Open(box, "proposal.state"));
        Assert.Throws<AuthenticationTagMismatchException>(() => sealing.Open(box, "proposal.title"));
        box[^1] ^= 1;
        Assert.Throws<AuthenticationTagMismatchException>(() => sealing.Open(box, "proposal.state"));
        var disclosure = Disclosure.Create("rationale", "A reason.");
        var another = Disclosure.Create("rationale", "Another.");
        Assert.Throws<AuthenticationTagMismatchException>(() => sealing.OpenDisclosure(another.Digest, sealing.Seal(Somebody, disclosure)));
    }

    [Fact]
    public void The_store_says_what_to_do_when_its_key_is_missing_or_anothers()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => InFile((WrappingKey.MakeSetting, "false")).Open());
        Assert.Contains("key create-wrapping", refused.Message, StringComparison.Ordinal);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        using (var store = InFile((WrappingKey.Setting, key))) Assert.NotEqual(0, store.NewKey());
        Assert.Contains("another wrapping key", Assert.Throws<InvalidOperationException>(() => InFile((WrappingKey.Setting, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))).Open()).Message, StringComparison.Ordinal);
        Assert.Contains("32 bytes", Assert.Throws<InvalidOperationException>(() => InFile((WrappingKey.Setting, "c2hvcnQ=")).Open()).Message, StringComparison.Ordinal);
        // A store without its key is never given a new one in silence.
        Assert.Contains("Restore that key", Assert.Throws<InvalidOperationException>(() => InFile().Open()).Message, StringComparison.Ordinal);
        using var again = InFile((WrappingKey.Setting, key));
        again.Open();
    }

    [Fact]
    public void Padding_is_told_from_what_is_missing_by_the_service_alone()
    {
        using var store = Store();
        var sealing = new Sealing(store);
        var nonce = Entry.NewNonce();
        var real = Disclosure.Create("rationale", "A reason.");
        var digests = sealing.Digests([real], 8, nonce);
        Assert.Equal(8, digests.Distinct().Count());
        var decoys = sealing.Decoys(nonce).Take(8).Select(d => d.Digest).ToHashSet();
        Assert.Equal([real.Digest], digests.Where(d => !decoys.Contains(d)));
        var shown = sealing.Decoys(nonce).First();
        Assert.Equal(shown.Digest, Decoy.Parse(shown.Text).Digest);
        Assert.Throws<LedgerFormatException>(() => Decoy.Parse(real.Text));
    }
}
