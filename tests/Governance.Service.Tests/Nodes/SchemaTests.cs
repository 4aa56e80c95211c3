using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Nodes;

public sealed class SchemaTests
{
    [Fact]
    public async Task A_node_works_on_newer_tables_until_they_say_that_it_is_too_old()
    {
        await using var service = new TestService();
        var database = service.Services.GetRequiredService<Database>();
        var newest = Schema.Newest(database);

        // A newer node has been there and only added something: the old one goes on, and starts again.
        await Run(service, "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('Governance.Service.Data.Migrations.Sqlite.9998_more.sql', '2030-01-01'); CREATE TABLE more (id INTEGER)");
        database.Migrate();
        Assert.Null(await Schema.ProblemAsync(database, CancellationToken.None));

        // The next one took something away, and says so.
        await Run(service, $"UPDATE {Schema.Needs} SET migration = {newest + 1}");
        var problem = await Schema.ProblemAsync(database, CancellationToken.None);
        Assert.Contains($"it knows migration {newest}, and {newest + 1} is needed", problem, StringComparison.Ordinal);
        // A node that runs is no longer ready, so that nobody is sent to it.
        Assert.Equal(problem, (await service.Send(new CheckHealth())).Fault);
    }

    [Fact]
    public async Task Many_who_bring_an_empty_database_up_to_date_at_once_do_it_once()
    {
        var folder = Directory.CreateTempSubdirectory("governance-migrate-");
        try
        {
            var file = Path.Combine(folder.FullName, "governance.db");
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
            {
                using var database = new Sqlite(file);
                database.Migrate();
            })));
            using var after = new Sqlite(file);
            await using var session = new Session(after);
            await session.BeginReadAsync(CancellationToken.None);
            var scripts = await session.QueryAsync<string>("SELECT ScriptName FROM SchemaVersions");
            Assert.NotEmpty(scripts);
            Assert.Equal(scripts.Distinct().Count(), scripts.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static Task Run(TestService service, string statements) => service.InTransaction<int>(async (_, session) =>
    {
        foreach (var sql in statements.Split("; ")) await session.ExecuteAsync(sql);
        return 0;
    });
}
