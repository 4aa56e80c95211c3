using System.CommandLine;
using Governance.Service.Data;

namespace Governance.Web.Commands;

/// <summary><c>key create-wrapping</c>: the key that wraps the keys under which personal data is sealed.</summary>
static class WrappingKeyCreate
{
    public static Command Make()
    {
        var file = new Option<string>("--out") { Description = "Where to write the key. The file must not exist yet.", Required = true };
        var command = new Command("create-wrapping", "Makes the key that opens the key store, and writes it into a file for its owner's eyes only.") { file };
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                WrappingKey.Create(parsed.GetRequiredValue(file));
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"Set {WrappingKey.FileSetting} to {Path.GetFullPath(parsed.GetRequiredValue(file))}. Keep a copy of it apart from the backups of the data and of the key store.");
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command;
    }
}
