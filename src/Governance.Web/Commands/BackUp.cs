using System.CommandLine;
using Governance.Review;
using Governance.Service.Data;

namespace Governance.Web.Commands;

/// <summary><c>backup</c>: copies the database while the service goes on.</summary>
static class BackUp
{
    public static Command Make(IServiceProvider services)
    {
        var file = new Option<FileInfo>("--out") { Description = "The file to write. It must not exist yet.", Required = true };
        var command = new Command("backup", "Copies the database as it is now. The signing key is not in it: keep that apart.") { file };
        command.SetAction((parsed, _) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            var target = parsed.GetRequiredValue(file);
            if (target.Exists) throw new ConflictException($"{target.FullName} exists already. Choose another name.");
            try
            {
                services.GetRequiredService<Database>().Backup(target.FullName);
            }
            catch (NotSupportedException e)
            {
                throw new ConflictException(e.Message);
            }
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"The database was copied to {target.FullName}.");
        }));
        return command;
    }
}
