using System.Security.Cryptography;
using System.Xml.Linq;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Erasures;

/// <summary>Changing the key that opens the key store.</summary>
public sealed class WrappingKeyRotationTests : IAsyncDisposable
{
    const string Secret = "The clinic on Aldergrove Lane told us this about one young man.";

    readonly string _old = NewKey(), _new = NewKey();
    readonly TestService _service;

    public WrappingKeyRotationTests() => _service = new TestService(embedded: true, settings: Setting(_old));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    static Dictionary<string, string?> Setting(string key) => new() { [WrappingKey.Setting] = key };

    static WrappingKey Key(string key) => WrappingKey.Load(new ConfigurationBuilder().AddInMemoryCollection(Setting(key)).Build(), "none");

    Data.Database Data => _service.Services.GetRequiredService<Data.Database>();

    async Task<Rewrapped> Rotate(string from, string to)
    {
        using var keys = new SqliteKeys(_service.KeyStoreFile);
        return await WrappingKeyRotation.RunAsync(Data, keys, Key(from), Key(to), _service.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
    }

    /// <summary>One value erased and others of the same person kept, and a key of sessions.</summary>
    async Task<(string Reference, long Destroyed)> Filled()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Secret });
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys of the archive?" });
        var value = (await _service.Send(new ListErasable(_service.Administrator, reference))).Values.Single(v => v.Text == Secret);
        var key = Sealing.KeyIdOf((byte[])_service.Rows($"SELECT disclosure FROM ledger_disclosure WHERE digest = '{value.Digest}'")[0][0]);
        await _service.Send(new EraseDisclosures
        {
            Actor = _service.Administrator,
            Scope = new ErasureScope { Proposal = reference, Digests = [value.Digest] },
            Basis = ErasureBasis.ConsentWithdrawn,
        });
        Sessions(_old).StoreElement(new XElement("key", "of a session"), "key-1");
        return (reference, key);
    }

    ProtectionKeys Sessions(string key) => new(Data, () => Key(key), _service.Clock);

    Host With(string key) => new(_service.File, _service.Clock, (WrappingKey.Setting, key));

    List<byte[]> Wrapped()
    {
        using var connection = Untouched.Open(_service.KeyStoreFile);
        return [.. Untouched.Rows(connection, "SELECT wrapped FROM sealing_key UNION ALL SELECT wrapped FROM value_key").Select(r => (byte[])r[0])];
    }

    [Fact]
    public async Task Everything_opens_with_the_new_key_and_nothing_with_the_old_one_and_what_was_erased_stays_so()
    {
        var (reference, destroyed) = await Filled();
        var before = Wrapped();

        var done = await Rotate(_old, _new);

        Assert.Equal(new Rewrapped(1, before.Count), done);
        Assert.Empty(before.Intersect(Wrapped(), new Same()));
        // Nor do the files hold what only the old key opens.
        var files = Directory.GetFiles(Path.GetDirectoryName(_service.KeyStoreFile)!, "keys.db*").Select(File.ReadAllBytes).ToList();
        Assert.All(before, b => Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(b) >= 0));
        await using var host = With(_new);
        Assert.Empty((await host.Send(new RunDoctor())).Faults);
        var questions = (await host.Send(new Service.Proposals.GetProposal(_service.Chair, reference))).State.Questions;
        Assert.Equal(["(erased)", "Who holds the keys of the archive?"], questions.Select(q => q.Text.ToString()));
        var keys = host.Services.GetRequiredService<KeyStore>();
        Assert.True(keys.WasDestroyed(destroyed));
        Assert.Null(keys.Find(destroyed));
        Assert.Equal("of a session", Sessions(_new).GetAllElements().Single().Value);
        Assert.Throws<InvalidOperationException>(() => Sessions(_old).GetAllElements());
        await using var late = With(_old);
        Assert.Contains("rotate-wrapping", Assert.Throws<InvalidOperationException>(() => late.Services.GetRequiredService<KeyStore>().Open()).Message, StringComparison.Ordinal);
        // Once more: nothing is left to do.
        Assert.Equal(new Rewrapped(0, 0), await Rotate(_old, _new));
    }

    [Fact]
    public async Task After_a_crash_between_the_two_databases_it_is_run_again_and_does_the_rest()
    {
        await Filled();
        var copy = _service.KeyStoreFile + ".copy";
        _service.Services.GetRequiredService<KeyStore>().Backup(copy);
        var all = await Rotate(_old, _new);
        // As a crash leaves it: the data's commit is kept, the key store's is not.
        using (var source = Untouched.Open(copy))
        using (var target = Untouched.Open(_service.KeyStoreFile))
            source.BackupDatabase(target);
        Assert.Equal(all with { Sessions = 0 }, await Rotate(_old, _new));
        await using var host = With(_new);
        Assert.Empty((await host.Send(new RunDoctor())).Faults);
    }

    [Fact]
    public async Task A_wrong_old_key_or_a_running_node_changes_nothing()
    {
        await Filled();
        var before = Wrapped();
        await Assert.ThrowsAsync<ConflictException>(() => Rotate(NewKey(), _new));
        // The sessions' keys open, and the key store's do not.
        await _service.InTransaction<int>((_, session) => session.ExecuteAsync("DELETE FROM protection_key"));
        await Assert.ThrowsAsync<ConflictException>(() => Rotate(NewKey(), _new));
        Assert.Empty(before.Except(Wrapped(), new Same()));
        Assert.True(await Leases.ClaimAsync(_service.Services.GetRequiredService<IServiceScopeFactory>(), "checkpoints", TestContext.Current.CancellationToken));
        Assert.Contains("running", (await Assert.ThrowsAsync<ConflictException>(() => Rotate(_old, _new))).Message, StringComparison.Ordinal);
        Assert.Empty(before.Except(Wrapped(), new Same()));
        _service.Clock.Advance(Leases.Lasts + TimeSpan.FromSeconds(1));
        Assert.Equal(before.Count, (await Rotate(_old, _new)).Keys);
    }

    sealed class Same : EqualityComparer<byte[]>
    {
        public override bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public override int GetHashCode(byte[] obj) => obj.Length == 0 ? 0 : obj[0];
    }
}
