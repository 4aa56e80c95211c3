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
        var keys = new Option<FileInfo>("--keys-out") { Description = "Where to copy the key store to, in a folder of its own. Keep this copy apart from the data, and only for a short time." };
        var command = new Command("backup", "Copies the database as it is now. Neither the signing key nor the key store is in it: keep those apart.") { file, keys };
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
            if (parsed.GetValue(keys) is not { } keysTarget) return;
            if (keysTarget.Exists) throw new ConflictException($"{keysTarget.FullName} exists already. Choose another name.");
            if (keysTarget.DirectoryName == target.DirectoryName) throw new ConflictException("The key store's copy must not lie beside the data: together they undo every erasure. Choose another folder.");
            services.GetRequiredService<KeyStore>().Backup(keysTarget.FullName);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"The key store was copied to {keysTarget.FullName}. Keep it apart from the data, and destroy older copies after each erasure.");
        }));
        return command;
    }
}
