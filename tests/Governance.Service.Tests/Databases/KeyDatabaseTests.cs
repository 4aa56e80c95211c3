using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Service.Tests.Databases;

/// <summary>Where the keys may be kept, and how they get from one place to another.</summary>
public sealed class KeyDatabaseTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("governance-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    KeyDatabase Of(params (string Name, string Value)[] settings) => KeyDatabase.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build(), Path.Combine(_folder, "keys.db"), new FakeTimeProvider());

    const string Server = "Server=db.example.org;User Id=someone;Password=a-password";

    [Fact]
    public void The_settings_choose_a_file_or_a_database_of_its_own_and_nothing_else()
    {
        using (var file = Of()) Assert.IsType<SqliteKeys>(file);
        using (var file = Of(("Database:Provider", "SqlServer"), ("Database:ConnectionString", $"{Server};Database=governance"))) Assert.IsType<SqliteKeys>(file);
        using (var own = Of(("Database:Provider", "SqlServer"), ("Database:ConnectionString", $"{Server};Database=governance"), (KeyDatabase.Setting, $"{Server};Database=governance_keys")))
        {
            Assert.IsType<SqlServerKeys>(own);
            Assert.Contains("governance_keys on db.example.org", own.Place, StringComparison.Ordinal);
            Assert.DoesNotContain("a-password", own.Place, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Server=db.example.org;Database=governance;User Id=someone;Password=x")]
    [InlineData("Data Source=DB.example.org;Initial Catalog=Governance;Integrated Security=true")]
    public void The_database_of_the_data_is_refused_however_it_is_written(string keys)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Of(("Database:Provider", "SqlServer"), ("Database:ConnectionString", $"{Server};Database=governance"), (KeyDatabase.Setting, keys)));
        Assert.Contains("create-keys.sql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_said_where_to_keep_keys_beside_SQL_Server_both_ways_are_named()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Of(("Database:Provider", "SqlServer"), (KeyDatabase.UnsaidSetting, "true")));
        Assert.Contains(KeyDatabase.Setting, refused.Message, StringComparison.Ordinal);
        Assert.Contains(KeyDatabase.FileSetting, refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Of((KeyDatabase.Setting, $"{Server};Database=governance_keys")));
    }

    [Fact]
    public void On_a_server_the_database_of_the_data_is_refused_by_what_is_in_it_by_whatever_name_it_goes()
    {
        TestServer.Demand();
        using var server = TestServer.Make()!;
        new Data.SqlServer(server.ConnectionString).Migrate();
        using var keys = new SqlServerKeys(server.ConnectionString, TimeProvider.System);
        Assert.Contains("same database", Assert.Throws<InvalidOperationException>(keys.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_move_whole_after_an_interruption_too_and_open_what_they_opened()
    {
        await using var service = new TestService(embedded: true);
        await service.Submitted(SampleAnswers.ServiceDesign);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var value = (await service.Send(new Service.Erasures.ListErasable(service.Administrator, reference))).Values[0];
        await service.Send(new Service.Erasures.EraseDisclosures
        {
            Actor = service.Administrator,
            Scope = new Service.Erasures.ErasureScope { Proposal = reference, Digests = [value.Digest] },
            Basis = Governance.Review.Events.ErasureBasis.ConsentWithdrawn,
        });
        using var server = TestServer.Make();
        using var to = server is null ? (KeyDatabase)new SqliteKeys(Path.Combine(_folder, "moved.db")) : new SqlServerKeys(server.ConnectionString, service.Clock);
        var from = service.Services.GetRequiredService<KeyStore>().Database;
        to.Open();
        using (var stop = new CancellationTokenSource())
        {
            var seen = 0;
            var progress = new Told(_ => { if (++seen == 5) stop.Cancel(); });
            await Assert.ThrowsAsync<OperationCanceledException>(() => new MoveUp(from.Tables, to.Tables, progress, batch: 7, MoveUp.KeyTables).RunAsync(stop.Token));
        }
        var moved = await new MoveUp(from.Tables, to.Tables, batch: 7, tables: MoveUp.KeyTables).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(MoveUp.KeyTables.Sum(t => (long)Rows(service.KeyStoreFile, $"SELECT COUNT(*) FROM {t.Table}")[0][0]), moved.Rows);
        Assert.All(MoveUp.KeyTables, t => Assert.NotEmpty(Rows(service.KeyStoreFile, $"SELECT 1 FROM {t.Table} UNION ALL SELECT 1 WHERE '{t.Table}' = 'erased_person'")));

        // The same service over the moved keys.
        var services = new ServiceCollection().AddGovernanceService(service.Services.GetRequiredService<IConfiguration>());
        services.AddSingleton<TimeProvider>(service.Clock).AddSingleton(service.Services.GetRequiredService<IConfiguration>()).AddSingleton(TestService.Rules.Value);
        services.AddSingleton(new KeyStore(to, () => WrappingKey.Load(service.Services.GetRequiredService<IConfiguration>(), service.KeyStoreFile), service.Clock));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();
        Assert.Empty((await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(new RunDoctor())).Faults);
        Assert.NotNull(provider.GetRequiredService<KeyStore>().FindErased(value.Digest));

        // A key that came to the old store since then is noticed.
        service.Services.GetRequiredService<KeyStore>().KeyOf(Guid.NewGuid());
        await Assert.ThrowsAsync<Review.ConflictException>(() => new MoveUp(from.Tables, to.Tables, tables: MoveUp.KeyTables).RunAsync(TestContext.Current.CancellationToken));
    }

    static IReadOnlyList<object[]> Rows(string file, string sql)
    {
        using var connection = Untouched.Open(file);
        return Untouched.Rows(connection, sql);
    }

    sealed class Told(Action<MoveProgress> tell) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => tell(value);
    }
}
