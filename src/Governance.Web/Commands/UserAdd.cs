using System.CommandLine;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary><c>user add</c>: an account, above all the first administrator's.</summary>
static class UserAdd
{
    public static Command Make(IServiceProvider services, TextReader input)
    {
        var email = new Option<string>("--email") { Description = "What the person signs in with.", Required = true };
        var name = new Option<string>("--name") { Description = "The person's name, as others will see it.", Required = true };
        var role = new Option<string[]>("--role")
        {
            Description = $"What the person may do; may be given more than once: {string.Join(", ", Enum.GetValues<Role>().Select(RoleTitles.Name))}.",
            Required = true,
        };
        var seat = new Option<string[]>("--seat") { Description = "A seat as panel:kind, such as privacy:data_protection; may be given more than once." };
        var passwordStdin = new Option<bool>("--password-stdin") { Description = "Reads the password as one line from standard input. Without it, one is made and printed." };
        var command = new Command("add", "Gives somebody an account.") { email, name, role, seat, passwordStdin };
        command.SetAction(async (parsed, ct) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            return await CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
            {
                var added = await mediator.Send(
                    new AddPerson
                    {
                        Actor = Actor.Service,
                        Email = parsed.GetValue(email)!,
                        Name = parsed.GetValue(name)!,
                        Roles = [.. parsed.GetValue(role)!.Select(ReadRole)],
                        Seats = [.. (parsed.GetValue(seat) ?? []).Select(ReadSeat)],
                        Password = parsed.GetValue(passwordStdin) ? await input.ReadLineAsync(ct) ?? "" : null,
                    }, ct);
                await output.WriteLineAsync($"Added {parsed.GetValue(name)}.");
                if (added.Password is not null)
                    await output.WriteLineAsync($"First password, shown once: {added.Password}\nThey choose their own when they first sign in.");
            });
        });
        return command;
    }

    static Role ReadRole(string text) => RoleTitles.Parse(text) ?? throw new InvalidException("role",
        $"There is no role \"{text}\". The roles are {string.Join(", ", Enum.GetValues<Role>().Select(RoleTitles.Name))}.");

    static PanelSeat ReadSeat(string text) => text.Split(':') is [{ Length: > 0 } panel, { Length: > 0 } kind]
        ? new PanelSeat(panel, kind)
        : throw new InvalidException("seat", $"\"{text}\" is no seat. Write it as panel:kind, such as privacy:data_protection.");
}
