namespace Governance.Service.Data;

/// <summary>The statements of <see cref="MoveUp"/> that are made for each table. Tests check them for every table there is.</summary>
public static class MoveUpSql
{
    /// <summary>The table of marks. Types that every database has.</summary>
    public const string Marks = "CREATE TABLE move_up (name VARCHAR(100) NOT NULL PRIMARY KEY, moved BIGINT NOT NULL, last VARCHAR(2000) NOT NULL, done INTEGER NOT NULL)";

    public static string Count(string table) => $"SELECT COUNT(*) FROM {table}";

    public static string All(string table) => $"SELECT * FROM {table}";

    /// <summary>No rows, but the columns with their types.</summary>
    public static string Shape(string table) => $"SELECT * FROM {table} WHERE 1 = 0";

    /// <summary>The next rows in the order of the key: from the beginning, or after the key <c>@k0, @k1 …</c></summary>
    /// <param name="take"><see cref="Database.Take"/> of the database that is read.</param>
    public static string Page(string table, IReadOnlyList<string> key, bool after, string take)
    {
        // (a, b) > (@k0, @k1), written so that every database understands it.
        var places = key.Select((_, i) => "(" + string.Join(" AND ", key.Take(i).Select((k, j) => $"{k} = @k{j}").Append($"{key[i]} > @k{i}")) + ")");
        return $"SELECT * FROM {table}{(after ? $" WHERE {string.Join(" OR ", places)}" : "")} ORDER BY {string.Join(", ", key)} {take}";
    }

    /// <summary>Inserts one row: values <c>@v0, @v1 …</c></summary>
    public static string Insert(string table, IReadOnlyList<string> columns) =>
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@v{i}"))})";
}
