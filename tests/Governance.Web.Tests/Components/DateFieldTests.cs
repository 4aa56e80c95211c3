using CsCheck;
using Governance.Web.TagHelpers;

namespace Governance.Web.Tests.Components;

public sealed class DateFieldTests
{
    [Theory]
    [InlineData("27", "3", "2027", "2027-03-27")]
    [InlineData(" 07 ", "March", "2027", "2027-03-07")]
    [InlineData("7", "sep", "2027", "2027-09-07")]
    [InlineData("29", "2", "2028", "2028-02-29")]
    [InlineData("29", "2", "2027", "29/2/2027")]
    [InlineData("1", "", "2026", "1//2026")]
    [InlineData("1", "2", "26", "1/2/26")]
    [InlineData("", "", "", "")]
    public void Three_boxes_become_a_date_or_what_was_typed(string day, string month, string year, string text) =>
        Assert.Equal(text, DateField.Join(new[] { day, month, year }));

    [Fact]
    public void Every_date_survives_being_shown_and_sent_again() =>
        Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber).Where(d => d.Year >= 1000).Sample(date =>
        {
            var (day, month, year) = DateField.Split(DateField.Join(new[] { $"{date.Day}", $"{date.Month}", $"{date.Year}" }));
            return DateField.Parse(DateField.Join(new[] { day, month, year })) == date;
        });

    [Fact]
    public void What_is_no_date_is_shown_again_as_it_was_typed() =>
        Gen.Select(Part, Part, Part).Where((d, m, y) => DateField.Parse(DateField.Join(new[] { d, m, y })) is null).Sample((day, month, year) =>
            DateField.Split(DateField.Join(new[] { day, month, year })) == (day, month, year));

    static readonly Gen<string> Part = Gen.String[Gen.Char["0123456789xäMar<"], 0, 4];

    [Theory]
    [InlineData("2027-07-01T13:05:00Z", "1 July 2027 at 2:05pm")]
    [InlineData("2027-12-31T23:59:00Z", "31 December 2027 at 11:59pm")]
    [InlineData("2027-06-30T23:30:00Z", "1 July 2027 at 12:30am")]
    public void Moments_are_told_in_uk_time(string at, string words) =>
        Assert.Equal(words, UkTime.DateAndTime(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
}
