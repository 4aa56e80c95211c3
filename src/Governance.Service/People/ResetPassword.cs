using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// Gives a person a new password that works once: with it they can only choose their own. Their sessions end, their
/// tokens are revoked and a lock is lifted, for the old password may be in the wrong hands.
/// </summary>
public sealed record ResetPassword : Command<NewPassword>, INeedsRole, IPrepares
{
    public required Guid Id { get; init; }

    public Role Needed => Role.Administrator;

    string _made = "", _hash = "";

    public Task PrepareAsync(Session session, CancellationToken ct)
    {
        _made = Passwords.Generate();
        _hash = Passwords.Hash(session, _made);
        return Task.CompletedTask;
    }

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Append(", Id = ").Append(Id).Length > 0;

    public sealed class Validator : AbstractValidator<ResetPassword>
    {
        public Validator() => RuleFor(c => c.RepeatKey).OnlyOnce();
    }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<ResetPassword, NewPassword>
    {
        public async Task<NewPassword> Handle(ResetPassword request, CancellationToken cancellationToken)
        {
            if (request.Id == request.Actor.Id)
                throw new ConflictException("You cannot reset your own password. Change it on your account page.");
            var changed = await session.ExecuteAsync(
                """
                UPDATE person SET password_hash = @hash, security_stamp = @stamp, password_temporary = 1, failed_sign_ins = 0, locked_until = NULL,
                    version = version + 1
                WHERE id = @id
                """,
                new { id = request.Id, hash = request._hash, stamp = Passwords.NewStamp() });
            if (changed == 0) throw new NotFoundException("There is no such person.");
            await PeopleRows.RevokeTokensAsync(session, request.Id, clock.GetUtcNow());
            await ledger.AppendAsync(pseudonyms, "person.password_reset", request.Actor, request.Id, new JsonObject());
            return new NewPassword(request._made);
        }
    }
}

/// <param name="Password">To be handed over once; it is kept nowhere.</param>
public sealed record NewPassword(string Password)
{
    bool PrintMembers(StringBuilder text) => text.Append("not shown").Length > 0;
}
