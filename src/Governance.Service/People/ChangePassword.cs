using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// A person chooses another password. Every session of theirs ends but the one that gets the answer. Tokens of the API
/// stay: their owner sees them on the same page.
/// </summary>
public sealed record ChangePassword : Command<SignedIn>, IPrepares
{
    /// <summary>The password so far: a session left open on a shared computer must not be enough to take the account over.</summary>
    public required string Current { get; init; }

    public required string New { get; init; }

    OwnPassword? _current;
    string _hash = "";

    public async Task PrepareAsync(Session session, CancellationToken ct)
    {
        _current = await OwnPassword.CheckAsync(session, Actor.Id, Current, ct);
        if (_current.Fits) _hash = Passwords.Hash(session, New);
    }

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Validator : AbstractValidator<ChangePassword>
    {
        public Validator()
        {
            RuleFor(c => c.RepeatKey).OnlyOnce();
            RuleFor(c => c.Current).NotEmpty().WithMessage("Enter the password that you use now");
            RuleFor(c => c.New).Custom((password, context) =>
            {
                var command = context.InstanceToValidate;
                if (Passwords.Fault(password, command.Actor.Email) is { } fault) context.AddFailure(fault);
                else if (password == command.Current) context.AddFailure("Choose a password that you do not use now");
            });
        }
    }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<ChangePassword, SignedIn>
    {
        public async Task<SignedIn> Handle(ChangePassword request, CancellationToken cancellationToken)
        {
            await request._current!.DemandAsync(session, nameof(Current));
            var stamp = Passwords.NewStamp();
            await session.ExecuteAsync(
                """
                UPDATE person SET password_hash = @hash, security_stamp = @stamp, password_temporary = 0, failed_sign_ins = 0, locked_until = NULL
                WHERE id = @id
                """,
                new { id = request.Actor.Id, hash = request._hash, stamp });
            await ledger.AppendAsync(pseudonyms, "person.password_changed", request.Actor, request.Actor.Id, new JsonObject());
            return new SignedIn(request.Actor, stamp, MustChangePassword: false);
        }
    }
}
