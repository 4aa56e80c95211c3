using Governance.Ledger;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests;

/// <summary>What is sealed in a database file, as far as the service's keys open it.</summary>
static class Opened
{
    public sealed record Value(string Digest, long Seq, string Class, Disclosure Disclosure);

    /// <summary>Every disclosure that can be read, in the order of the log.</summary>
    public static IReadOnlyList<Value> Disclosures(IServiceProvider services, string file)
    {
        var sealing = services.GetRequiredService<Sealing>();
        using var connection = Pipeline.Untouched.Open(file);
        return [.. Pipeline.Untouched.Rows(connection, "SELECT digest, seq, class, disclosure FROM ledger_disclosure ORDER BY seq")
            .Select(r => (Digest: (string)r[0], Seq: (long)r[1], Class: (string)r[2], Text: sealing.OpenDisclosure((string)r[0], (byte[])r[3])))
            .Where(d => d.Text is not null)
            .Select(d => new Value(d.Digest, d.Seq, d.Class, Disclosure.Parse(d.Text!)))];
    }

    public static IReadOnlyList<Value> Disclosures(this TestService service) => Disclosures(service.Services, service.File);

    /// <summary>
    /// Every byte of a database that anybody with the keys of today can get at: each value as it stands and, where a key
    /// opens it, what is in it. Whatever is not in here is nowhere to be had.
    /// </summary>
    public static string Everything(IServiceProvider services, string file)
    {
        var sealing = services.GetRequiredService<Sealing>();
        using var connection = Pipeline.Untouched.Open(file);
        var text = new System.Text.StringBuilder();
        foreach (var table in Pipeline.Untouched.Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'").Select(r => (string)r[0]))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    if (reader.GetValue(i) is not byte[] bytes)
                    {
                        text.Append(reader.GetValue(i)).Append('\n');
                        continue;
                    }
                    text.Append(System.Text.Encoding.UTF8.GetString(bytes)).Append('\n');
                    var column = reader.GetName(i);
                    if (table == "ledger_disclosure")
                    {
                        if (sealing.OpenDisclosure((string)reader["digest"], bytes) is { } disclosure) text.Append(Plain(Disclosure.Parse(disclosure).Value)).Append('\n');
                    }
                    else if (table is "proposal" or "proposal_revision" or "proposal_draft" or "review_draft" or "idempotency" or "document" && column is not "pseudonym_key")
                    {
                        var place = table == "document" ? (string)reader["sha256"] : $"{table}.{column}";
                        if (sealing.OpenBytes(bytes, place) is { } opened) text.Append(Unescaped(System.Text.Encoding.UTF8.GetString(opened))).Append('\n');
                    }
                }
            }
        }
        return text.ToString();
    }

    static string Plain(System.Text.Json.Nodes.JsonNode node) => Unescaped(node.ToJsonString());

    /// <summary>JSON writes quotes and letters beyond ASCII as escapes; what is looked for is written as people type it.</summary>
    static string Unescaped(string json)
    {
        try
        {
            return string.Join('\n', Texts(System.Text.Json.Nodes.JsonNode.Parse(json))) + "\n" + json;
        }
        catch (System.Text.Json.JsonException)
        {
            return json;
        }
    }

    public static IEnumerable<string> Texts(System.Text.Json.Nodes.JsonNode? node) => node switch
    {
        System.Text.Json.Nodes.JsonObject o => o.SelectMany(p => Texts(p.Value)),
        System.Text.Json.Nodes.JsonArray a => a.SelectMany(Texts),
        System.Text.Json.Nodes.JsonValue v when v.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>Copies a database as a backup does.</summary>
    public static string BackUp(this TestService service, string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(service.File)!, name);
        service.Services.GetRequiredService<Database>().Backup(file);
        return file;
    }

    /// <summary>Puts a copy of the data in the place of the data, page by page, as the service's own connections stay open.</summary>
    public static void Restore(this TestService service, string backup)
    {
        using var source = Pipeline.Untouched.Open(backup);
        using var target = Pipeline.Untouched.Open(service.File);
        source.BackupDatabase(target);
    }
}
