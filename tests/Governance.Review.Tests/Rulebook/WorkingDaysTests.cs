using System.Text;
using CsCheck;

namespace Governance.Review.Tests.Rules;

public sealed class WorkingDaysTests
{
    static readonly WorkingDays Days = WorkingDays.Parse("""{ "england_and_wales": [ { "date": "2026-12-25" }, { "date": "2026-12-28" } ] }"""u8, "days.json");

    [Theory]
    [InlineData("2026-11-02", 0, "2026-11-02")]
    [InlineData("2026-11-02", 1, "2026-11-03")]
    [InlineData("2026-11-06", 1, "2026-11-09")]
    [InlineData("2026-11-07", 1, "2026-11-09")]
    [InlineData("2026-11-02", 10, "2026-11-16")]
    [InlineData("2026-12-24", 1, "2026-12-29")]
    public void A_number_of_working_days_leads_to_this_day(string from, int days, string to) =>
        Assert.Equal(DateOnly.Parse(to, null), Days.Add(DateOnly.Parse(from, null), days));

    [Fact]
    public void A_due_day_is_a_working_day_with_as_many_working_days_up_to_it() =>
        Gen.Select(Gen.Int[0, 800], Gen.Int[1, 40]).Sample((offset, days) =>
        {
            var from = new DateOnly(2026, 1, 1).AddDays(offset);
            var due = Days.Add(from, days);
            Assert.True(Days.IsWorkingDay(due));
            Assert.Equal(days, Enumerable.Range(1, due.DayNumber - from.DayNumber).Count(n => Days.IsWorkingDay(from.AddDays(n))));
        }, iter: 300);

    [Theory]
    [InlineData("""{ "england_and_wales": [ { "date": "25 December" } ] }""")]
    [InlineData("""{ "scotland": [] }""")]
    [InlineData("""{ "england_and_wales": "none" }""")]
    [InlineData("not JSON")]
    public void A_list_that_cannot_be_read_is_an_error_that_names_the_file(string text) =>
        Assert.Contains("days.json", Assert.Throws<InvalidDataException>(() => WorkingDays.Parse(Encoding.UTF8.GetBytes(text), "days.json")).Message, StringComparison.Ordinal);
}
