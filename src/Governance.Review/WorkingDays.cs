using System.Globalization;
using System.Text.Json;

namespace Governance.Review;

/// <summary>
/// Working days in England and Wales: Monday to Friday without bank holidays. The holidays are data
/// (<c>workflows/calendar/bank-holidays.json</c>), because Parliament and the Crown add days at short notice.
/// </summary>
public sealed class WorkingDays
{
    readonly HashSet<DateOnly> _holidays;

    WorkingDays(HashSet<DateOnly> holidays) => _holidays = holidays;

    /// <summary>Reads the list of bank holidays.</summary>
    /// <exception cref="InvalidDataException">The file is not a list of ISO dates; the message names file and place.</exception>
    public static WorkingDays Parse(ReadOnlySpan<byte> utf8, string fileName)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            var days = new HashSet<DateOnly>();
            foreach (var day in document.RootElement.GetProperty("england_and_wales").EnumerateArray())
            {
                var text = day.GetProperty("date").GetString() ?? "";
                if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                    throw new InvalidDataException($"{fileName}: \"{text}\" is not a date written like 2026-12-25.");
                days.Add(date);
            }
            return new WorkingDays(days);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{fileName}: {e.Message}", e);
        }
    }

    public static WorkingDays Load(string folder)
    {
        var file = Path.Combine(folder, "calendar", "bank-holidays.json");
        return Parse(File.ReadAllBytes(file), file);
    }

    public bool IsWorkingDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.Contains(day);

    /// <summary>The day that lies <paramref name="days"/> working days after <paramref name="from"/>; the start does not count.</summary>
    public DateOnly Add(DateOnly from, int days)
    {
        var day = from;
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day)) left--;
        }
        return day;
    }
}
