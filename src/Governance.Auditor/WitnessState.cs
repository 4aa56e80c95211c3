using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Governance.Ledger;

namespace Governance.Auditor;

/// <summary>
/// What a witness remembers: the last checkpoint of each log that it cosigned, one file each. A folder belongs to one
/// process at a time. Whoever loses it must make a new key: a witness that has forgotten would cosign a second history.
/// </summary>
internal sealed class WitnessState : IDisposable
{
    private const string Mark = "witness.vkey";
    private readonly string folder;
    private readonly FileStream own;

    private WitnessState(string folder, FileStream own) => (this.folder, this.own) = (folder, own);

    /// <summary>Makes the folder of a key that has not witnessed anything yet.</summary>
    /// <exception cref="IOException">There is a folder with a witness's state already.</exception>
    public static void Create(string folder, WitnessVerifier key)
    {
        Directory.CreateDirectory(folder);
        using (var mark = new FileStream(Path.Combine(folder, Mark), FileMode.CreateNew, FileAccess.Write))
        {
            mark.Write(Encoding.UTF8.GetBytes(key + "\n"));
            mark.Flush(flushToDisk: true);
        }

        FlushFolder(folder);
    }

    /// <summary>Opens the folder, which must be this key's, and keeps other processes out of it.</summary>
    /// <exception cref="LedgerFormatException">The folder is not the state of this key.</exception>
    /// <exception cref="IOException">Another process has it open.</exception>
    public static WitnessState Open(string folder, WitnessVerifier key)
    {
        var mark = Path.Combine(folder, Mark);
        if (!File.Exists(mark))
            throw new LedgerFormatException($"{folder} holds no state of a witness. If this key has never witnessed anything, add --new. If it has, its state is lost: make a new key.");
        if (File.ReadAllText(mark).TrimEnd() != key.ToString())
            throw new LedgerFormatException($"{folder} is the state of another key.");
        return new WitnessState(folder, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>The last checkpoint that was cosigned for an origin; null before the first.</summary>
    /// <exception cref="LedgerFormatException">The file is damaged. Nothing more is cosigned for that origin.</exception>
    public Checkpoint? Read(string origin)
    {
        var file = FileOf(origin);
        if (!File.Exists(file))
            return null;
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(File.ReadAllBytes(file)).Text);
        return checkpoint.Origin == origin ? checkpoint : throw new LedgerFormatException($"{file} is of the log {checkpoint.Origin}.");
    }

    /// <summary>Replaces the last checkpoint. When this returns, it is on the disk, whole; a crash before leaves the old one.</summary>
    public void Store(string origin, SignedNote checkpoint)
    {
        var file = FileOf(origin);
        var next = file + ".next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            stream.Write(checkpoint.ToBytes());
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
        // The new name itself must be on the disk too, or a power cut could bring back the old file after the answer left.
        FlushFolder(folder);
    }

    public void Dispose() => own.Dispose();

    private string FileOf(string origin) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin))) + ".checkpoint");

    // .NET does not open folders, and there is no other way to have a folder's names on the disk for certain.
    private static void FlushFolder(string folder)
    {
        // Windows commits the name with the file.
        if (OperatingSystem.IsWindows())
            return;
        var handle = OpenFolder(folder, 0);
        if (handle < 0)
            throw new IOException($"{folder} cannot be opened to flush it (error {Marshal.GetLastPInvokeError()}).");
        var flushed = FlushHandle(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = CloseHandle(handle);
        if (flushed != 0)
            throw new IOException($"{folder} cannot be flushed to the disk (error {error}).");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FlushHandle(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseHandle(int handle);
}
