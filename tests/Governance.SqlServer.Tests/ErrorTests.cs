using Governance.Service.Data;

namespace Governance.SqlServer.Tests;

/// <summary>What errors and settings of the server mean, told apart without one.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(1205, 13)]
    [InlineData(1222, 16)]
    [InlineData(3960, 16)]
    [InlineData(2627, 14)]
    [InlineData(2601, 14)]
    [InlineData(40613, 17)]
    [InlineData(49918, 16)]
    [InlineData(10054, 20)]
    // Whatever its number: from severity 20 on the connection is gone.
    [InlineData(99999, 20)]
    public void What_may_pass_is_tried_again(int number, byte severity)
    {
        Assert.True(SqlServerErrors.IsPassing(number, severity, opening: false));
        Assert.True(SqlServerErrors.IsPassing(number, severity, opening: true));
    }

    [Theory]
    [InlineData(547, 16)]   // a foreign key
    [InlineData(515, 16)]   // nothing where there must be something
    [InlineData(2628, 16)]  // too long
    [InlineData(207, 16)]   // no such column
    [InlineData(229, 14)]   // not permitted
    [InlineData(18456, 14)] // not let in
    [InlineData(51000, 16)] // refused by a guard of the ledger
    public void A_mistake_is_not(int number, byte severity)
    {
        Assert.False(SqlServerErrors.IsPassing(number, severity, opening: false));
        Assert.False(SqlServerErrors.IsPassing(number, severity, opening: true));
    }

    [Fact]
    public void Time_that_ran_out_passes_while_connecting_and_not_in_a_statement()
    {
        Assert.True(SqlServerErrors.IsPassing(-2, 11, opening: true));
        Assert.False(SqlServerErrors.IsPassing(-2, 11, opening: false));
    }

    static readonly Service.Data.SqlServer.Settings Right = new() { Name = "governance", SnapshotIsolationState = 1, IsReadCommittedSnapshotOn = true };

    [Fact]
    public void Right_settings_are_no_problem() => Assert.Null(Service.Data.SqlServer.Problem(Right));

    [Theory]
    [InlineData(1, 1, true, "SET DELAYED_DURABILITY = DISABLED")]
    [InlineData(2, 1, true, "SET DELAYED_DURABILITY = DISABLED")]
    [InlineData(0, 0, true, "SET ALLOW_SNAPSHOT_ISOLATION ON")]
    [InlineData(0, 3, true, "SET ALLOW_SNAPSHOT_ISOLATION ON")]
    [InlineData(0, 1, false, "SET READ_COMMITTED_SNAPSHOT ON")]
    public void Wrong_settings_are_named_with_the_statement_that_mends_them(int durability, int snapshot, bool committed, string statement)
    {
        var problem = Service.Data.SqlServer.Problem(Right with { Name = "a]b", DelayedDurability = durability, SnapshotIsolationState = snapshot, IsReadCommittedSnapshotOn = committed });
        Assert.NotNull(problem);
        Assert.Contains($"ALTER DATABASE [a]]b] {statement};", problem, StringComparison.Ordinal);
        Assert.Empty(Checks.Parse(problem[problem.IndexOf("ALTER", StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_that_passes()
    {
        // Nothing listens on port 1.
        var nowhere = new Service.Data.SqlServer("Server=127.0.0.1,1;User Id=a;Password=b;Connect Timeout=2;ConnectRetryCount=0;Encrypt=false");
        var error = await Assert.ThrowsAsync<PassingException>(() => nowhere.BeginReadAsync(TestContext.Current.CancellationToken));
        Assert.True(nowhere.IsPassing(error));
        Assert.True(nowhere.IsAway(error));
    }
}
