using System.Data;
using System.Reflection;
using Dapper;
using Governance.Service.Data;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace Governance.SqlServer.Tests;

/// <summary>A missing value is sent with the type of its column: not every server turns missing text into a missing time.</summary>
public sealed class MissingValueTests
{
    /// <summary>As Dapper hands a value to the service's own handlers.</summary>
    static T Set<T>(Type type, T parameter, object value) where T : IDbDataParameter
    {
        // Whoever uses a database has made one, and with it the handlers.
        _ = new Service.Data.SqlServer("Server=none");
        typeof(SqlMapper).GetNestedType("TypeHandlerCache`1")!.MakeGenericType(type).GetMethod("SetValue", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [parameter, value]);
        return parameter;
    }

    [Theory]
    [InlineData(typeof(DateTimeOffset), SqlDbType.DateTimeOffset)]
    [InlineData(typeof(DateOnly), SqlDbType.Date)]
    [InlineData(typeof(Guid), SqlDbType.UniqueIdentifier)]
    public void Nothing_has_the_type_of_what_is_missing(Type type, SqlDbType expected)
    {
        var parameter = Set(type, new SqlParameter(), DBNull.Value);
        Assert.Equal((expected, DBNull.Value), (parameter.SqlDbType, parameter.Value));
        var embedded = Set(type, new SqliteParameter(), DBNull.Value);
        Assert.Equal((DbType.String, DBNull.Value), (embedded.DbType, embedded.Value));
    }

    [Fact]
    public void A_day_is_a_day_for_a_server_and_text_for_a_file()
    {
        var day = new DateOnly(2026, 11, 23);
        Assert.Equal(new DateTime(2026, 11, 23), Set(typeof(DateOnly), new SqlParameter(), day).Value);
        Assert.Equal("2026-11-23", Set(typeof(DateOnly), new SqliteParameter(), day).Value);
    }
}
