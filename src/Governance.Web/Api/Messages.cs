using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review.Messages;
using Governance.Service.Notifications;
using Governance.Service.Pipeline;

namespace Governance.Web.Api;

/// <summary>What the caller was told, and, for administrators, the e-mails that could not be delivered.</summary>
internal static class Messages
{
    internal sealed record MessagesBody
    {
        public required IReadOnlyList<MessageBody> Items { get; init; }
        [Description("How many of your messages are unread, on whatever page.")]
        public required long Unread { get; init; }
        [Description("Send it as cursor to get the next page. Not there on the last one.")]
        public string? Next { get; init; }
    }

    internal sealed record MessageBody
    {
        [Description("Stays the same for ever.")]
        public required string Id { get; init; }
        public required MessageKind Kind { get; init; }
        public required string Reference { get; init; }
        [Description("The stage that it is about, if any.")]
        public string? Stage { get; init; }
        public DateOnly? Due { get; init; }
        [Description("When what it tells of happened.")]
        public required DateTimeOffset At { get; init; }
        [Description("When you marked it as read. Not there while it is unread.")]
        public DateTimeOffset? ReadAt { get; init; }
        public required string Title { get; init; }
        public required string Text { get; init; }
    }

    [Description("Which messages were read: either their ids, or a time up to which all were.")]
    internal sealed record ReadMessages
    {
        [MaxLength(100)]
        public IReadOnlyList<string> Ids { get; init; } = [];
        public DateTimeOffset? UpTo { get; init; }
    }

    internal sealed record UnreadBody([property: Description("How many of your messages are unread now.")] long Unread);

    [Description("E-mails that were given up. The messages themselves are in the service.")]
    internal sealed record UndeliveredBody
    {
        public required IReadOnlyList<UndeliveredMailBody> Items { get; init; }
        public required long Failed { get; init; }
        [Description("How many are still to be sent, or tried again.")]
        public required long Waiting { get; init; }
    }

    internal sealed record UndeliveredMailBody(Guid Person, string Name, string Email, string Kind, string Reference, int Tries, string? Fault, DateTimeOffset FailedAt);

    [Description("What to do about e-mails that were given up.")]
    internal sealed record SettledMail
    {
        [Description("Whose. Everybody's when left out.")]
        public Guid? Person { get; init; }
        [Required, Description("True to send them again, false to take them from the list.")]
        public bool? Again { get; init; }
    }

    internal sealed record SettledBody(int Count);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("messages", (Delegate)ListAsync).Shows<MessagesBody>("List your messages", "What you were told, the latest first.")
            .WithQuery("unread", "Set to true to leave out what you have read.", "boolean")
            .WithQuery("limit", "How many to give, 1 to 100; 25 when left out.", "integer")
            .WithQuery("cursor", "The next of the page before.");
        api.MapPost("messages/read", (Delegate)ReadAsync).WithSummary("Mark messages as read").WithDescription("Your own. Marking again changes nothing.")
            .Produces<UnreadBody>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429).Takes<ReadMessages>();
        api.MapGet("messages/undelivered", (Delegate)UndeliveredAsync)
            .Shows<UndeliveredBody>("List e-mails that could not be delivered", "For administrators.", Finds.Nothing, 403);
        api.MapPost("messages/undelivered", (Delegate)SettleAsync).WithSummary("Send again what could not be delivered").WithDescription("For administrators. Or take it from the list.")
            .Produces<SettledBody>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429).Takes<SettledMail>();
    }

    static async Task<IResult> ListAsync(HttpContext context)
    {
        context.OnlyQueries("unread", "limit", "cursor");
        var unread = context.Query("unread") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Problem.Invalid(new Review.Proposals.Fault("unread", "Give true or false.")),
        };
        var limit = context.WholeNumber("limit") ?? 25;
        if (limit is < 1 or > 100) throw Problem.Invalid(new Review.Proposals.Fault("limit", "Ask for 1 to 100 messages at a time."));
        var page = await context.Send(new ListMessages(context.Actor()) { OnlyUnread = unread, Take = limit, After = context.Query("cursor") });
        return Calls.Json(new MessagesBody
        {
            Items = [.. page.Messages.Select(m => new MessageBody
            {
                Id = m.Key.ToString(),
                Kind = m.Kind,
                Reference = m.Reference,
                Stage = m.Stage.Length > 0 ? m.Stage : null,
                Due = m.Due,
                At = m.At,
                ReadAt = m.ReadAt,
                Title = m.Words.Title,
                Text = m.Words.Text,
            })],
            Unread = page.Unread,
            Next = page.Next,
        });
    }

    static async Task<IResult> ReadAsync(HttpContext context)
    {
        var key = IdempotencyKeys.Of(context.Request);
        var body = await context.Body<ReadMessages>();
        var unread = await context.Send(new MarkRead { Actor = context.Actor(), RepeatKey = key, Messages = body.Ids, UpTo = body.UpTo });
        return Done(context, new UnreadBody(unread));
    }

    static async Task<IResult> UndeliveredAsync(HttpContext context)
    {
        context.OnlyQueries();
        var mail = await context.Send(new ListUndelivered(context.Actor()));
        return Calls.Json(new UndeliveredBody
        {
            Items = [.. mail.Lines.Select(l => new UndeliveredMailBody(l.Person, l.Name, l.Email, l.Kind, l.Reference, l.Tries, l.Fault, l.FailedAt))],
            Failed = mail.Failed,
            Waiting = mail.Waiting,
        });
    }

    static async Task<IResult> SettleAsync(HttpContext context)
    {
        var key = IdempotencyKeys.Of(context.Request);
        var body = await context.Body<SettledMail>();
        if (body.Again is not { } again) throw Problem.Invalid(new Review.Proposals.Fault("again", "Say whether to send them again."));
        return Done(context, new SettledBody(await context.Send(new SettleUndelivered { Actor = context.Actor(), RepeatKey = key, Person = body.Person, Again = again })));
    }

    static IResult Done<T>(HttpContext context, T body)
    {
        if (context.RequestServices.GetRequiredService<Repetition>().Happened) context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return Calls.Json(body, StatusCodes.Status201Created);
    }
}
