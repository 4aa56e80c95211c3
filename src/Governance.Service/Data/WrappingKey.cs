using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Data;

/// <summary>
/// The key from configuration that wraps every key in the key store (ledger.md, "Disclosures and erasure"). It is never in
/// either database: whoever has a copy of both files and not this reads nothing.
/// </summary>
public sealed class WrappingKey
{
    /// <summary>The key itself: base64 of 32 bytes.</summary>
    public const string Setting = "Keys:WrappingKey";

    /// <summary>A file with the key, where it is not to stand in the configuration.</summary>
    public const string FileSetting = "Keys:WrappingKeyFile";

    /// <summary>While the wrapping key is changed: the one before it.</summary>
    public const string PreviousSetting = "Keys:PreviousWrappingKey";

    /// <summary>A file with the one before it.</summary>
    public const string PreviousFileSetting = "Keys:PreviousWrappingKeyFile";

    /// <summary>"false" where a missing key must not be made in silence: the site sets it outside Development.</summary>
    public const string MakeSetting = "Keys:MakeWrappingKey";

    const int Size = 32, NonceSize = 12, TagSize = 16;

    readonly byte[] _key;

    WrappingKey(byte[] key) => _key = key;

    /// <summary>Reads the key. Where neither setting is there, it is in a file beside the key store, made on first use.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is no key; the message says what to do.</exception>
    public static WrappingKey Load(IConfiguration configuration, string keyStoreFile)
    {
        if (configuration[Setting] is { Length: > 0 } text) return Parse(text, $"The setting {Setting}");
        var file = configuration[FileSetting] is { Length: > 0 } named ? named : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(keyStoreFile))!, "wrapping.key");
        if (!File.Exists(file) && File.Exists(keyStoreFile))
            throw new InvalidOperationException($"There is a key store at {keyStoreFile}, but not the key that opens it ({file}). Restore that key, or set {Setting} or {FileSetting}.");
        if (!File.Exists(file) && configuration[MakeSetting] == "false")
            throw new InvalidOperationException($"There is no key to seal personal data with. Make one with: key create-wrapping --out {file}. Then set {FileSetting} to that file.");
        if (!File.Exists(file)) Create(file);
        return Parse(File.ReadAllText(file), $"The file {file}");
    }

    /// <summary>Reads the key that is to be replaced.</summary>
    /// <exception cref="InvalidOperationException">It is not set, or it is no key; the message says what to do.</exception>
    public static WrappingKey LoadPrevious(IConfiguration configuration)
    {
        if (configuration[PreviousSetting] is { Length: > 0 } text) return Parse(text, $"The setting {PreviousSetting}");
        return configuration[PreviousFileSetting] is { Length: > 0 } file && File.Exists(file)
            ? Parse(File.ReadAllText(file), $"The file {file}")
            : throw new InvalidOperationException($"Set {PreviousFileSetting} to the file of the old wrapping key, and {FileSetting} to that of the new one.");
    }

    /// <summary>Writes a fresh key into a file that only its owner can read.</summary>
    /// <exception cref="IOException">The file exists: a key in use is never overwritten.</exception>
    public static void Create(string file)
    {
        var full = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(full, options);
        writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size)) + "\n");
    }

    static WrappingKey Parse(string text, string where)
    {
        var key = new byte[Size];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == Size
            ? new WrappingKey(key)
            : throw new InvalidOperationException($"{where} is not a key. It must be the base64 of {Size} bytes, as the subcommand key create-wrapping makes it.");
    }

    /// <summary>Wraps a key for one place: what is wrapped for one id opens under no other.</summary>
    internal byte[] Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> place)
    {
        var wrapped = new byte[NonceSize + TagSize + key.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(wrapped.AsSpan(0, NonceSize), key, wrapped.AsSpan(NonceSize + TagSize), wrapped.AsSpan(NonceSize, TagSize), place);
        return wrapped;
    }

    /// <exception cref="AuthenticationTagMismatchException">It was wrapped under another key, or for another place.</exception>
    internal byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> place)
    {
        var key = new byte[wrapped.Length - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(wrapped[..NonceSize], wrapped[(NonceSize + TagSize)..], wrapped.Slice(NonceSize, TagSize), key, place);
        return key;
    }

    /// <returns>Null when it was wrapped under another key, or for another place.</returns>
    internal byte[]? TryUnwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> place)
    {
        try
        {
            return Unwrap(wrapped, place);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    internal static byte[] Place(long id)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, id);
        return place;
    }

    /// <summary>The place of a single value's key.</summary>
    internal static byte[] Place(string digest) => System.Text.Encoding.ASCII.GetBytes(digest);
}
