using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Demonstration;
using Governance.Service.Tests.Demonstration;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Erasures;

/// <summary>
/// Everything that the demonstration types in is looked for, byte by byte, where it must not stand. What it types is taken
/// from its compiled code, so nothing that is added to it later is forgotten here.
/// </summary>
public sealed partial class TypedByTheDemonstrationTests(MadeDemonstration demonstration) : IClassFixture<MadeDemonstration>
{
    static readonly IReadOnlyList<string> Typed = [.. Literals().Where(t => t.Length > 6 && !Code().IsMatch(t) && !StageIds.All.Contains(t)).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void The_demonstration_types_a_great_deal()
    {
        Assert.True(Typed.Count > 400, $"Only {Typed.Count} texts were found in the demonstration's code.");
        Assert.Contains("Imogen Tallis-Rook", Typed);
        Assert.Contains("imogen@northmere-vru.example", Typed);
        Assert.Contains("impact-assessment.txt", Typed);
        Assert.Contains(Typed, t => t.StartsWith("I work in the department", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_entry_of_the_log_holds_any_of_it()
    {
        var entries = await demonstration.Read((_, session) => session.QueryAsync<byte[]>("SELECT entry FROM ledger_entry ORDER BY seq"));
        Assert.True(entries.Count > 100);
        foreach (var entry in entries)
        {
            var text = Encoding.UTF8.GetString(entry);
            var whole = text + "\n" + string.Join('\n', Opened.Texts(JsonNode.Parse(text)));
            foreach (var typed in Typed) Assert.False(whole.Contains(typed, StringComparison.OrdinalIgnoreCase), $"\"{typed}\" stands in {text}");
        }
    }

    [Fact]
    public async Task The_bytes_of_the_database_hold_none_of_it_but_names_and_addresses_of_accounts()
    {
        var file = ((Sqlite)demonstration.Services.GetRequiredService<Database>()).File;
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
        // Accounts are in the open, so that people can be signed in and looked for (ADR 0010).
        var accounts = (await demonstration.Read((_, session) => session.QueryAsync<string>("SELECT name FROM person UNION SELECT email FROM person UNION SELECT demonstration FROM person"))).ToHashSet(StringComparer.Ordinal);
        var bytes = Read(file).Concat(Read(file + "-wal")).ToArray();
        Assert.True(bytes.Length > 100_000);
        // So are the rules that proposals are pinned to: nobody typed those, though an answer may be in the same words.
        var rules = string.Join('\n', (await demonstration.Read((_, session) => session.QueryAsync<byte[]>("SELECT content FROM pinned_file"))).Select(Encoding.UTF8.GetString));
        var found = Typed.Where(t => !accounts.Contains(t) && !rules.Contains(t, StringComparison.Ordinal) && bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(t)) >= 0).ToList();
        Assert.Empty(found);
        // The check can fail: what is known to stand in the open is found by it.
        Assert.True(bytes.AsSpan().IndexOf("imogen@northmere-vru.example"u8) >= 0);
    }

    [Fact]
    public async Task Everything_that_is_sealed_is_accounted_for() => Assert.Empty((await demonstration.Send(new RunDoctor())).Faults);

    static byte[] Read(string file)
    {
        if (!File.Exists(file)) return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Every text in the code of the demonstration: the operand of each instruction that loads one.</summary>
    static IEnumerable<string> Literals()
    {
        using var file = File.OpenRead(typeof(DemonstrationData).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(t => NamespaceOf(metadata, t) == typeof(DemonstrationData).Namespace))
        {
            foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0))
            {
                var code = image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
                for (var i = 0; i + 4 < code.Length; i++)
                {
                    // ldstr, then a token of the heap of user strings.
                    if (code[i] != 0x72 || code[i + 4] != 0x70) continue;
                    var offset = BitConverter.ToInt32(code, i + 1) & 0x00FFFFFF;
                    if (offset < metadata.GetHeapSize(HeapIndex.UserString)) yield return metadata.GetUserString(MetadataTokens.UserStringHandle(offset));
                }
            }
        }
    }

    static string NamespaceOf(MetadataReader metadata, TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil) type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return metadata.GetString(type.Namespace);
    }

    /// <summary>Words of closed lists: ids of fields, options, stages and the like, and formats.</summary>
    [GeneratedRegex("^([a-z0-9_]+|[A-Z][A-Za-z]+|[yMd 'HmsTZ:.-]+)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
