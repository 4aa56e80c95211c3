using System.Collections.Immutable;
using Governance.Review;
using Governance.Service.Pipeline;

namespace Governance.Service.Data;

/// <summary>Reads people with their roles and seats.</summary>
public sealed class PeopleStore(Session session, Judges judges)
{
    /// <summary>The setting that gets a new random value whenever people, roles or seats change. A value that was undone never comes back.</summary>
    public const string Changed = "people_changed";

    public async Task<Actor?> FindAsync(Guid id) => (await ReadAsync("p.id = @id", new { id })).FirstOrDefault();

    public async Task<IReadOnlyList<Actor>> WithEmailsAsync(IReadOnlyCollection<string> emails) =>
        emails.Count == 0 ? [] : await ReadAsync("p.email IN @emails", new { emails });

    /// <summary>Everybody who has a part in reviewing: a seat, or a role as chair or facilitator.</summary>
    public async Task<Judges.AsOf> JudgesAsync()
    {
        var changed = await session.ScalarAsync<string?>("SELECT value FROM setting WHERE name = @name", new { name = Changed }) ?? "";
        if (judges.Last is { } last && last.Changed == changed) return last;
        var people = await ReadAsync(
            """
            p.active = 1 AND (EXISTS (SELECT 1 FROM panel_seat s WHERE s.person = p.id)
                OR EXISTS (SELECT 1 FROM person_role r WHERE r.person = p.id AND r.role IN ('Chair', 'Facilitator')))
            """, new { });
        return judges.Last = new Judges.AsOf(changed, people);
    }

    async Task<IReadOnlyList<Actor>> ReadAsync(string where, object values)
    {
        var people = await session.QueryAsync<PersonRow>($"SELECT p.id, p.name, p.email FROM person p WHERE {where} ORDER BY p.name", values);
        var roles = (await session.QueryAsync<RoleRow>($"SELECT r.person, r.role FROM person_role r JOIN person p ON p.id = r.person WHERE {where}", values)).ToLookup(r => r.Person);
        var seats = (await session.QueryAsync<SeatRow>($"SELECT s.person, s.panel, s.kind FROM panel_seat s JOIN person p ON p.id = s.person WHERE {where}", values)).ToLookup(r => r.Person);
        return [.. people.Select(p => new Actor
        {
            Id = p.Id,
            Name = p.Name,
            Email = p.Email,
            Roles = [.. roles[p.Id].Select(r => Enum.Parse<Role>(r.Role))],
            Seats = [.. seats[p.Id].Select(s => new PanelSeat(s.Panel, s.Kind))],
        })];
    }

    sealed record PersonRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
    }

    sealed record RoleRow
    {
        public Guid Person { get; init; }
        public string Role { get; init; } = "";
    }

    sealed record SeatRow
    {
        public Guid Person { get; init; }
        public string Panel { get; init; } = "";
        public string Kind { get; init; } = "";
    }
}

/// <summary>The people who review, as this process last read them: asked for by every command, changed a few times a year.</summary>
public sealed class Judges
{
    volatile AsOf? _last;

    internal AsOf? Last
    {
        get => _last;
        set => _last = value;
    }

    /// <param name="Changed">The value of <see cref="PeopleStore.Changed"/> that they belong to.</param>
    public sealed record AsOf(string Changed, IReadOnlyList<Actor> People);
}
