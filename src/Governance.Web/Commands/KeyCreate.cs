using System.CommandLine;
using Governance.Ledger;

namespace Governance.Web.Commands;

/// <summary><c>key create</c>: the key that signs the ledger's checkpoints.</summary>
static class KeyCreate
{
    public static Command Make()
    {
        var name = new Option<string>("--name") { Description = "The log's name, as in the setting Ledger:Name, such as example.org/reviews.", Required = true };
        var file = new Option<string>("--out") { Description = "Where to write the private key. The file must not exist yet.", Required = true };
        var command = new Command("create", "Makes a key, writes the private half into a file for its owner's eyes only, and prints the public half.") { name, file };
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                var signer = NoteSigner.Generate(parsed.GetValue(name)!);
                Write(signer, parsed.GetValue(file)!);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(signer.Verifier.ToString());
                await parsed.InvocationConfiguration.Error.WriteLineAsync("Above is the public key: auditors need it. Keep a copy of the private key's file apart from the database's backups.");
                return 0;
            }
            catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e is ArgumentException ? "A log's name holds no spaces and no plus sign, such as example.org/reviews." : e.Message);
                return 1;
            }
        });
        return command;
    }

    /// <summary>Writes a private key where there is no file yet; from its first moment only its owner can read it.</summary>
    /// <exception cref="IOException">The file exists: a key in use is never overwritten.</exception>
    public static void Write(NoteSigner signer, string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(full, options);
        writer.Write(signer.ToPrivateText() + "\n");
    }
}
