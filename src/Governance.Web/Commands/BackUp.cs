using System.CommandLine;
using Governance.Review;
using Governance.Service.Data;

namespace Governance.Web.Commands;

/// <summary><c>backup</c>: copies the database while the service goes on.</summary>
static class BackUp
{
    public static Command Make(IServiceProvider services)
    {
        var file = new Option<FileInfo>("--out") { Description = "The file to write. It must not exist yet." };
        var keys = new Option<FileInfo>("--keys-out") { Description = "Where to copy the key store to, in a folder of its own. Keep this copy apart from the data, and only for a short time." };
        var command = new Command("backup", "Copies the database as it is now, the key store, or both. The signing key is in neither: keep it apart.") { file, keys };
        command.SetAction((parsed, _) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            var (target, keysTarget) = (parsed.GetValue(file), parsed.GetValue(keys));
            if (target is null && keysTarget is null) throw new ConflictException("Say what to copy: --out for the data, --keys-out for the key store.");
            foreach (var taken in new[] { target, keysTarget }.OfType<FileInfo>().Where(f => f.Exists)) throw new ConflictException($"{taken.FullName} exists already. Choose another name.");
            if (target is not null && keysTarget?.DirectoryName == target.DirectoryName)
                throw new ConflictException("The key store's copy must not lie beside the data: together they undo every erasure. Choose another folder.");
            try
            {
                if (target is not null)
                {
                    services.GetRequiredService<Database>().Backup(target.FullName);
                    await parsed.InvocationConfiguration.Output.WriteLineAsync($"The database was copied to {target.FullName}.");
                }
                // After the data, which needs the keys that were made before it.
                if (keysTarget is null) return;
                services.GetRequiredService<KeyStore>().Backup(keysTarget.FullName);
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"The key store was copied to {keysTarget.FullName}. Keep it apart from the data, and destroy older copies after each erasure.");
            }
            catch (NotSupportedException e)
            {
                throw new ConflictException(e.Message);
            }
        }));
        return command;
    }
}
