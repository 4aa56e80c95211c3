using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Governance.SqlServer.Tests;

/// <summary>Runs migrations one after another on a real SQLite database, and looks at it before and after each.</summary>
static class SqliteSteps
{
    public static IReadOnlyList<Step> Of(IEnumerable<(string Name, string Sql)> migrations)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        var steps = new List<Step>();
        foreach (var (name, sql) in migrations)
        {
            var (before, needed) = (Look(connection), Needed(connection));
            var written = new HashSet<string>(StringComparer.Ordinal);
            strdelegate_authorizer watch = (_, action, table, _, _, trigger) =>
            {
                // What a trigger writes counts too: it belongs to the migration that set it off.
                if (action is raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE && table is not null) written.Add(table);
                return raw.SQLITE_OK;
            };
            raw.sqlite3_set_authorizer(connection.Handle, watch, null);
            Run(connection, sql);
            raw.sqlite3_set_authorizer(connection.Handle, (strdelegate_authorizer?)null, null);
            GC.KeepAlive(watch);
            var after = Look(connection);
            steps.Add(new Step(name, [.. Shape.Blocks(before, after), .. Rows.Changed(written, before, after)], Needed(connection) > needed));
        }
        return steps;
    }

    static Shape Look(SqliteConnection connection)
    {
        var tables = Read(connection, "SELECT name, type, strict, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'");
        var columns = new Dictionary<(string, string), ColumnShape>();
        var rules = new Dictionary<(string, string), string>();
        foreach (var (table, form, strict, narrow) in tables.Select(t => (t[0], t[1], t[2], t[3])))
        {
            foreach (var c in Read(connection, $"SELECT name, type, \"notnull\", dflt_value, hidden FROM pragma_table_xinfo('{table}')"))
            {
                var collation = form == "view" ? "" : Collation(connection, table, c[0]);
                columns[(table, c[0])] = new ColumnShape($"{c[1]}{(collation is "" or "BINARY" ? "" : $" {collation}")}", c[2] == "0", c[3] == "" ? null : c[3], c[4] is "2" or "3");
            }
            if (form == "view") continue;
            if (strict == "1") rules[(table, "strict types")] = "";
            if (narrow == "1") rules[(table, "no row number")] = "";
            var key = Read(connection, $"SELECT name FROM pragma_table_xinfo('{table}') WHERE pk > 0 ORDER BY pk").Select(c => c[0]).ToList();
            if (key.Count > 0) rules[(table, $"key ({string.Join(", ", key)})")] = "";
            foreach (var index in Read(connection, $"SELECT name, partial FROM pragma_index_list('{table}') WHERE \"unique\" = 1 AND origin <> 'pk'"))
            {
                var over = Read(connection, $"SELECT COALESCE(name, '?') || CASE coll WHEN 'BINARY' THEN '' ELSE ' ' || coll END FROM pragma_index_xinfo('{index[0]}') WHERE key = 1 ORDER BY seqno").Select(c => c[0]).ToList();
                // What an index leaves out, or works out, stands in its text alone.
                var text = index[1] == "1" || over.Contains("?") ? Shape.Plain(Read(connection, $"SELECT sql FROM sqlite_schema WHERE name = '{index[0]}'")[0][0]) : "";
                rules[(table, $"unique ({string.Join(", ", over)})")] = text;
            }
            foreach (var index in Read(connection, $"SELECT l.name FROM pragma_index_list('{table}') l JOIN pragma_index_xinfo(l.name) x WHERE l.\"unique\" = 0 AND x.cid = -2").Select(i => i[0]).Distinct())
                rules[(table, $"index {index}, which works something out")] = Shape.Plain(Read(connection, $"SELECT sql FROM sqlite_schema WHERE name = '{index}'")[0][0]);
            foreach (var k in Read(connection, $"SELECT \"table\", group_concat(\"from\", ', '), group_concat(COALESCE(\"to\", ''), ', '), on_update, on_delete FROM (SELECT * FROM pragma_foreign_key_list('{table}') ORDER BY id, seq) GROUP BY id"))
            {
                var acts = string.Concat(k[3] == "NO ACTION" ? "" : $" on update {k[3]}", k[4] == "NO ACTION" ? "" : $" on delete {k[4]}");
                rules[(table, $"foreign key ({k[1]}) to {k[0]}{acts}")] = k[2];
                rules[(k[0], $"foreign key from {table} ({k[1]}){acts}")] = k[2];
            }
            foreach (var check in ChecksIn(Read(connection, $"SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{table}'")[0][0])) rules[(table, $"check {check}")] = "";
        }
        foreach (var t in Read(connection, "SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view')")) rules[(t[2], $"{t[1]} {t[0]}")] = Shape.Plain(t[3]);
        return new Shape { Tables = tables.Select(t => t[0]).ToHashSet(StringComparer.Ordinal), Columns = columns, Rules = rules };
    }

    static string Collation(SqliteConnection connection, string table, string column)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_table_column_metadata(connection.Handle, "main", table, column, out _, out var collation, out _, out _, out _));
        return collation;
    }

    static long Needed(SqliteConnection connection) =>
        Read(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'schema_needs'").Count == 0 ? 0
            : Read(connection, "SELECT COALESCE(MAX(migration), 0) FROM schema_needs").Select(r => long.Parse(r[0], CultureInfo.InvariantCulture)).Single();

    static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static List<string[]> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        return rows;
    }

    /// <summary>The conditions that a table's text sets, which no pragma tells: each CHECK with all that stands in its brackets.</summary>
    internal static IEnumerable<string> ChecksIn(string sql)
    {
        var plain = WithoutComments(sql);
        for (var at = 0; (at = Word(plain, "CHECK", at)) >= 0;)
        {
            var start = plain.IndexOf('(', at);
            var (depth, quote, end) = (0, '\0', start);
            do
            {
                var c = plain[end++];
                if (quote != '\0') quote = c == quote ? '\0' : quote;
                else if (c is '\'' or '"') quote = c;
                else depth += c switch { '(' => 1, ')' => -1, _ => 0 };
            }
            while (depth > 0);
            yield return Shape.Plain(plain[start..end]);
            at = end;
        }
    }

    static int Word(string text, string word, int from)
    {
        for (var (at, quote) = (from, '\0'); at + word.Length <= text.Length; at++)
        {
            var c = text[at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '\'' or '"') quote = c;
            else if (string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0 && !Part(at - 1) && !Part(at + word.Length)) return at;
        }
        return -1;
        bool Part(int i) => i >= 0 && i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_');
    }

    static string WithoutComments(string sql)
    {
        var plain = new StringBuilder();
        foreach (var line in sql.Split('\n'))
        {
            var quoted = false;
            var end = line.Length;
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '\'') quoted = !quoted;
                else if (!quoted && line[i] == '-' && i + 1 < line.Length && line[i + 1] == '-')
                {
                    end = i;
                    break;
                }
            }
            plain.Append(line, 0, end).Append('\n');
        }
        return plain.ToString();
    }
}

/// <summary>Rows that a migration itself writes.</summary>
static class Rows
{
    /// <summary>Older programs may not read what a newer one writes. What says how new a program must be is written for them.</summary>
    public static IEnumerable<string> Changed(IEnumerable<string> written, Shape before, Shape after) =>
        written.Where(t => t != "schema_needs" && before.Tables.Contains(t) && after.Tables.Contains(t)).Order(StringComparer.Ordinal).Select(t => $"{t}: rows are written");
}
