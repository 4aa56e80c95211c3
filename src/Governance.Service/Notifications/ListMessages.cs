using System.Globalization;
using FluentValidation;
using Governance.Review.Messages;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Notifications;

/// <summary>What somebody was told, latest first.</summary>
public sealed record ListMessages(Actor Actor) : IQuery<MessagePage>
{
    public bool OnlyUnread { get; init; }

    /// <summary>Where the last page ended: its <see cref="MessagePage.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>How many to give, 1 to 100.</summary>
    public int Take { get; init; } = 25;

    /// <summary>Also give the proposals' titles, to those who may still see them: for pages, never for e-mails.</summary>
    public bool Titled { get; init; }

    public sealed class Validator : AbstractValidator<ListMessages>
    {
        public Validator()
        {
            RuleFor(q => q.Take).InclusiveBetween(1, 100).WithMessage("Ask for 1 to 100 messages at a time.");
            RuleFor(q => q.After).Must(a => a is null || Place.TryParse(a, out _)).WithMessage("This is not a place in the list. Start again from the first page.");
        }
    }

    public sealed class Handler(Session session, ProposalStore proposals, Sealing sealing) : IRequestHandler<ListMessages, MessagePage>
    {
        public async Task<MessagePage> Handle(ListMessages request, CancellationToken cancellationToken)
        {
            var after = Place.TryParse(request.After ?? "", out var place) ? place : null;
            var rows = await session.QueryAsync<Row>(
                $"""
                SELECT m.seq, m.kind, m.stage, m.due, m.at, m.read_at, p.reference, p.title AS sealed_title
                FROM message m JOIN proposal p ON p.id = m.proposal
                WHERE m.person = @me AND (@unread = 0 OR m.read_at IS NULL)
                    AND (@first = 1 OR m.at < @at OR (m.at = @at AND (m.seq < @seq OR (m.seq = @seq AND (m.kind > @kind OR (m.kind = @kind AND m.stage > @stage))))))
                ORDER BY m.at DESC, m.seq DESC, m.kind, m.stage
                {session.Database.Take}
                """,
                new
                {
                    me = request.Actor.Id,
                    unread = request.OnlyUnread ? 1 : 0,
                    first = after is null ? 1 : 0,
                    at = after?.At ?? DateTimeOffset.UnixEpoch,
                    seq = after?.Key.Seq ?? 0,
                    kind = after?.Key.Kind ?? "",
                    stage = after?.Key.Stage ?? "",
                    take = request.Take + 1,
                });
            var unread = await session.ScalarAsync<long>("SELECT COUNT(*) FROM message WHERE person = @me AND read_at IS NULL", new { me = request.Actor.Id });
            var page = rows.Take(request.Take).ToList();
            var titles = new Dictionary<string, string>(StringComparer.Ordinal);
            // Somebody who stepped back, or left, keeps their messages and may not look at the proposal any more.
            foreach (var row in request.Titled ? page.DistinctBy(r => r.Reference) : [])
                if (await proposals.MayViewAsync(row.Reference, request.Actor)) titles[row.Reference] = sealing.Open(row.SealedTitle, ProposalColumns.Title) ?? Sealing.Erased;
            return new MessagePage
            {
                // A kind that a newer version wrote, and this one has no words for, is left out.
                Messages = [.. page.Where(r => MessageNames.Find(r.Kind) is not null).Select(r => Of(r, titles.GetValueOrDefault(r.Reference)))],
                Unread = unread,
                Next = rows.Count > request.Take ? new Place(page[^1].At, new MessageKey(page[^1].Seq, page[^1].Kind, page[^1].Stage)).ToString() : null,
            };
        }

        static MessageLine Of(Row row, string? title) => new()
        {
            Key = new MessageKey(row.Seq, row.Kind, row.Stage),
            Kind = MessageNames.Find(row.Kind)!.Value,
            Reference = row.Reference,
            Proposal = title,
            Stage = row.Stage,
            Due = row.Due,
            At = row.At,
            ReadAt = row.ReadAt,
            Words = MessageWords.Of(MessageNames.Find(row.Kind)!.Value, row.Reference, row.Stage, row.Due),
        };
    }

    /// <summary>A place in the list: time and key, in the order of the list.</summary>
    sealed record Place(DateTimeOffset At, MessageKey Key)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()}.{Key}");

        public static bool TryParse(string text, out Place? place)
        {
            place = null;
            var parts = text.Split('.', 2);
            if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > 253402300799999 || !MessageKey.TryParse(parts[1], out var key)) return false;
            place = new Place(DateTimeOffset.FromUnixTimeMilliseconds(at), key!);
            return true;
        }
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public string Kind { get; init; } = "";
        public string Stage { get; init; } = "";
        public DateOnly? Due { get; init; }
        public DateTimeOffset At { get; init; }
        public DateTimeOffset? ReadAt { get; init; }
        public string Reference { get; init; } = "";
        public byte[] SealedTitle { get; init; } = [];
    }
}

/// <summary>What tells one message of a person's from another: the entry that it follows from, its kind and its stage.</summary>
public sealed record MessageKey(long Seq, string Kind, string Stage)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}.{Kind}.{Stage}");

    public static bool TryParse(string? text, out MessageKey? key)
    {
        key = null;
        var parts = (text ?? "").Split('.');
        if (parts.Length != 3 || parts[1].Length > 64 || parts[2].Length > 64 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return false;
        key = new MessageKey(seq, parts[1], parts[2]);
        return true;
    }
}

public sealed record MessageLine
{
    public required MessageKey Key { get; init; }
    public required MessageKind Kind { get; init; }
    public required string Reference { get; init; }
    /// <summary>The proposal's title; null where it was not asked for, or may not be seen.</summary>
    public required string? Proposal { get; init; }
    /// <summary>Empty where it is about no stage.</summary>
    public required string Stage { get; init; }
    public required DateOnly? Due { get; init; }
    public required DateTimeOffset At { get; init; }
    /// <summary>Null while it is unread.</summary>
    public required DateTimeOffset? ReadAt { get; init; }
    public required MessageWords Words { get; init; }
}

public sealed record MessagePage
{
    public required IReadOnlyList<MessageLine> Messages { get; init; }
    /// <summary>How many messages of this person are unread, on whatever page.</summary>
    public required long Unread { get; init; }
    /// <summary>Null on the last page.</summary>
    public required string? Next { get; init; }
}

/// <summary>How many unread messages somebody has: shown on every page.</summary>
public sealed record CountUnread(Guid Person) : IQuery<long>
{
    public sealed class Handler(Session session) : IRequestHandler<CountUnread, long>
    {
        public Task<long> Handle(CountUnread request, CancellationToken cancellationToken) =>
            session.ScalarAsync<long>("SELECT COUNT(*) FROM message WHERE person = @person AND read_at IS NULL", new { person = request.Person });
    }
}
