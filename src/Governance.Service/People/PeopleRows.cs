using System.Collections.Immutable;
using FluentValidation;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.Data;

namespace Governance.Service.People;

/// <summary>Writes that more than one use case makes.</summary>
static class PeopleRows
{
    /// <summary>
    /// Makes changes of accounts wait for one another, so that two cannot each take away what the other relied on (the
    /// last administrator). SQLite has one writer anyway; elsewhere this row is the lock. Comes before the change itself,
    /// and makes every node read the people again (<see cref="PeopleStore.JudgesAsync"/>).
    /// </summary>
    public static Task LockAsync(Session session) => Settings.SetAsync(session, PeopleStore.Changed, Guid.NewGuid().ToString("N"));

    public static async Task StoreRolesAsync(Session session, Guid person, IEnumerable<Role> roles)
    {
        await session.ExecuteAsync("DELETE FROM person_role WHERE person = @person", new { person });
        foreach (var role in roles.Order())
            await session.ExecuteAsync("INSERT INTO person_role (person, role) VALUES (@person, @role)", new { person, role = role.ToString() });
    }

    public static async Task StoreSeatsAsync(Session session, Guid person, IEnumerable<PanelSeat> seats)
    {
        await session.ExecuteAsync("DELETE FROM panel_seat WHERE person = @person", new { person });
        foreach (var seat in seats.Distinct())
            await session.ExecuteAsync("INSERT INTO panel_seat (panel, person, kind) VALUES (@panel, @person, @kind)", new { panel = seat.Panel, person, kind = seat.Kind });
    }

    public static Task RevokeTokensAsync(Session session, Guid person, DateTimeOffset now) =>
        session.ExecuteAsync("UPDATE api_token SET revoked_at = @now WHERE person = @person AND revoked_at IS NULL", new { person, now });
}

/// <summary>Checks that more than one use case makes, in the words of the pages.</summary>
static class PeopleRules
{
    public static void NameOfPerson<T>(this IRuleBuilderInitial<T, string> rule) => rule
        .Cascade(CascadeMode.Stop)
        .Must(n => !string.IsNullOrWhiteSpace(n)).WithMessage("Enter a name")
        .MaximumLength(100).WithMessage("The name must have 100 characters or fewer")
        .Must(n => !n.Any(char.IsControl)).WithMessage("The name must be on one line");

    public static void EmailOfPerson<T>(this IRuleBuilderInitial<T, string> rule) => rule
        .Cascade(CascadeMode.Stop)
        .Must(e => !string.IsNullOrWhiteSpace(e)).WithMessage("Enter an e-mail address")
        .Must(e => e.Trim().Length <= 254 && !e.Trim().Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        .WithMessage("The e-mail address must have no spaces and 254 characters or fewer")
        .EmailAddress().WithMessage("Enter an e-mail address in the right form, such as name@example.org");

    public static void KnownRoles<T>(this IRuleBuilder<T, ImmutableHashSet<Role>> rule) => rule
        .Must(roles => roles is not null && roles.All(Enum.IsDefined)).WithMessage("There is no such role");

    public static void KnownSeats<T>(this IRuleBuilder<T, ImmutableArray<PanelSeat>> rule) => rule
        .Custom((seats, context) =>
        {
            foreach (var seat in seats.IsDefault ? [] : seats)
            {
                if (!StageIds.All.Contains(seat.Panel))
                    context.AddFailure($"There is no panel \"{seat.Panel}\". The panels are {string.Join(", ", StageIds.All)}");
                else if (!SeatTitles.All.ContainsKey(seat.Kind))
                    context.AddFailure($"There is no kind of seat \"{seat.Kind}\". The kinds are {string.Join(", ", SeatTitles.All.Keys)}");
            }
        });

    /// <summary>The answer holds a secret that is shown once and kept nowhere, so it cannot be given again.</summary>
    public static void OnlyOnce<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Null().WithMessage("This request cannot be repeated with an Idempotency-Key: its answer is given once only");
}
