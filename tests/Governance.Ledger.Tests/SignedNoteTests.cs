using System.Diagnostics;
using System.Text;
using CsCheck;
using NSec.Cryptography;

namespace Governance.Ledger.Tests;

public sealed class SignedNoteTests
{
    private static readonly NoteSigner Signer = NoteSigner.Generate("log.example/reviews");

    [Fact]
    public void A_note_that_was_signed_verifies_and_is_written_as_it_was_read()
    {
        var other = NoteSigner.Generate("witness.example");
        var note = SignedNote.Sign("first\n\nsecond\n", Signer, other);
        var read = SignedNote.Parse(note.ToBytes());
        Assert.Equal("first\n\nsecond\n", read.Text);
        Assert.Equal(note.ToBytes(), read.ToBytes());
        Assert.Equal([Signer.Verifier], read.Verify(Signer.Verifier));
        Assert.Equal([Signer.Verifier, other.Verifier], read.Verify(other.Verifier, Signer.Verifier));
        Assert.Throws<LedgerFormatException>(() => read.Verify(NoteSigner.Generate("log.example/reviews").Verifier));
        Assert.Throws<LedgerFormatException>(() => read.Verify());
    }

    [Fact]
    public void A_changed_bit_anywhere_in_a_note_fails() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 7]).Sample(static (at, bit) =>
        {
            var bytes = SignedNote.Sign("log.example/reviews\n5\nabc\n", Signer).ToBytes();
            bytes[at % bytes.Length] ^= (byte)(1 << bit);
            Assert.Throws<LedgerFormatException>(() => SignedNote.Parse(bytes).Verify(Signer.Verifier));
        });

    [Fact]
    public void A_bad_signature_by_a_trusted_key_spoils_a_note_that_another_trusted_key_signed()
    {
        var other = NoteSigner.Generate("witness.example");
        var note = SignedNote.Sign("text\n", Signer).With(new NoteSignature("witness.example", other.Verifier.KeyId, new byte[64]));
        Assert.Equal([Signer.Verifier], note.Verify(Signer.Verifier));
        Assert.Throws<LedgerFormatException>(() => note.Verify(Signer.Verifier, other.Verifier));
    }

    [Fact]
    public void Signatures_of_other_lengths_and_types_are_passed_over_unless_the_key_is_known()
    {
        var note = SignedNote.Sign("text\n", Signer).With(new NoteSignature("pq.example", 1, new byte[2420]));
        Assert.Equal([Signer.Verifier], SignedNote.Parse(note.ToBytes()).Verify(Signer.Verifier));
        var wrongLength = SignedNote.Parse(SignedNote.Sign("text\n", Signer).ToBytes()).With(new NoteSignature(Signer.Verifier.Name, Signer.Verifier.KeyId, new byte[63]));
        Assert.Throws<LedgerFormatException>(() => wrongLength.Verify(Signer.Verifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no newline")]
    [InlineData("tab\t\n")]
    [InlineData("carriage\r\n")]
    public void Texts_that_no_note_can_hold_are_not_signed(string text) =>
        Assert.Throws<LedgerFormatException>(() => SignedNote.Sign(text, Signer));

    [Fact]
    public void Half_a_surrogate_pair_is_not_signed() =>
        Assert.Throws<LedgerFormatException>(() => SignedNote.Sign("half \uD800\n", Signer));

    [Theory]
    [InlineData("text\n\n")]
    [InlineData("text\n\n\u2014 name AAAAAAA=\n\u2014 name AAAAAAA=")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 na me AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 na+me AAAAAAA=\n")]
    [InlineData("text\n\n\u2014  AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 name AAAAAA==\n")]
    [InlineData("text\n\n\u2014 name AAAAAAB=\n")]
    [InlineData("text\n\n\u2014 name AAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAA AAA=\n")]
    [InlineData("text\n\n\u2014 name \n")]
    [InlineData("\uFEFFtext\n\n\u2014 name AAAAAAA=\n")]
    public void Bytes_that_are_not_a_note_are_refused(string note) =>
        Assert.Throws<LedgerFormatException>(() => SignedNote.Parse(Encoding.UTF8.GetBytes(note)));

    [Fact]
    public void A_note_has_a_greatest_length_and_number_of_signatures()
    {
        var line = new NoteSignature("name", 1, new byte[64]);
        var note = SignedNote.Sign("text\n", Signer);
        for (var i = 1; i < SignedNote.MaxSignatures; i++)
            note = note.With(line);
        Assert.Equal(SignedNote.MaxSignatures, note.Signatures.Count);
        Assert.Throws<LedgerFormatException>(() => note.With(line));
        Assert.Throws<LedgerFormatException>(() => SignedNote.Sign(new string('x', SignedNote.MaxBytes) + "\n", Signer));
    }

    [Fact]
    public void Keys_survive_being_written_and_read()
    {
        Assert.Equal(Signer.ToPrivateText(), NoteSigner.Parse(Signer.ToPrivateText()).ToPrivateText());
        Assert.StartsWith("PRIVATE+KEY+log.example/reviews+", Signer.ToPrivateText(), StringComparison.Ordinal);
        Assert.Equal(Signer.Verifier.ToString(), NoteVerifier.Parse(Signer.Verifier.ToString()).ToString());
        Assert.Throws<ArgumentException>(() => NoteSigner.Generate("a b"));
        Assert.Throws<ArgumentException>(() => NoteSigner.Generate("a+b"));
        Assert.Throws<ArgumentException>(() => NoteSigner.Generate(""));
        Assert.Throws<LedgerFormatException>(() => NoteSigner.Parse(Signer.Verifier.ToString()));
        Assert.Throws<LedgerFormatException>(() => NoteSigner.Parse(Signer.ToPrivateText() + "\n"));
    }

    [Fact]
    public void A_key_of_small_order_that_verifies_anything_is_refused()
    {
        // y = 1 encodes the neutral element, of order one.
        byte[] neutral = [1, .. new byte[31]];
        var id = System.Security.Cryptography.SHA256.HashData([.. "n\n\u0001"u8, .. neutral])[..4];
        Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse($"n+{Convert.ToHexStringLower(id)}+{Convert.ToBase64String([1, .. neutral])}"));
    }

    [Fact]
    public void NSec_accepts_our_signatures_and_we_accept_those_of_NSec() =>
        Gen.Byte.Array[0, 200].Sample(static message =>
        {
            var ed25519 = SignatureAlgorithm.Ed25519;
            var theirs = PublicKey.Import(ed25519, Signer.Verifier.PublicKey.Span, KeyBlobFormat.RawPublicKey);
            Assert.True(ed25519.Verify(theirs, message, Signer.Sign(message)));

            using var key = Key.Create(ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
            var raw = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
            var id = System.Security.Cryptography.SHA256.HashData([.. "nsec\n\u0001"u8, .. raw])[..4];
            var verifier = NoteVerifier.Parse($"nsec+{Convert.ToHexStringLower(id)}+{Convert.ToBase64String([1, .. raw])}");
            Assert.True(verifier.Verify(message, ed25519.Sign(key, message)));
            Assert.Equal(Encoding.ASCII.GetString(key.PublicKey.Export(KeyBlobFormat.PkixPublicKeyText)).ReplaceLineEndings("\n").TrimEnd(), verifier.ToSpkiPem().TrimEnd());
            var signer = NoteSigner.Parse($"PRIVATE+KEY+nsec+{Convert.ToHexStringLower(id)}+{Convert.ToBase64String([1, .. key.Export(KeyBlobFormat.RawPrivateKey)])}");
            Assert.Equal(ed25519.Sign(key, message), signer.Sign(message));
        });

    [Fact]
    public async Task The_openssl_command_accepts_our_signature_and_refuses_a_changed_text()
    {
        using var folder = new TemporaryFolder();
        var text = "log.example/reviews\n5\nabc\n"u8.ToArray();
        await File.WriteAllTextAsync(folder["key.pem"], Signer.Verifier.ToSpkiPem());
        await File.WriteAllBytesAsync(folder["text"], text);
        await File.WriteAllBytesAsync(folder["sig"], Signer.Sign(text));
        string[] command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder["key.pem"], "-rawin", "-in", folder["text"], "-sigfile", folder["sig"]];
        Assert.Equal(0, (await Shell.Run(folder.Path, command)).ExitCode);
        text[0] ^= 1;
        await File.WriteAllBytesAsync(folder["text"], text);
        Assert.NotEqual(0, (await Shell.Run(folder.Path, command)).ExitCode);
    }

    [Fact]
    public void The_note_vectors_are_judged_as_they_say()
    {
        var vectors = Vectors.Json("note", "sumdb-note-vectors.json");
        var keys = vectors.GetProperty("vkeys").EnumerateObject()
            .ToDictionary(static k => k.Name, static k => NoteVerifier.Parse(k.Value.GetString()!));
        var tests = vectors.GetProperty("open").EnumerateArray().ToList();
        Assert.True(tests.Count > 10);
        Assert.All(tests, test =>
        {
            var bytes = test.GetProperty("note").GetBytesFromBase64();
            NoteVerifier[] trusted = [.. test.GetProperty("keys").EnumerateArray().Select(k => keys[k.GetString()!])];
            if (!test.GetProperty("ok").GetBoolean())
            {
                Assert.Throws<LedgerFormatException>(() => SignedNote.Parse(bytes).Verify(trusted));
                return;
            }

            var note = SignedNote.Parse(bytes);
            Assert.Equal(test.GetProperty("verified").GetInt32(), note.Verify(trusted).Count);
            Assert.Equal(bytes, note.ToBytes());
        });
    }

    [Fact]
    public void The_key_vectors_are_judged_as_they_say()
    {
        var vectors = Vectors.Json("note", "sumdb-note-vectors.json");
        var peter = vectors.GetProperty("vkeys").GetProperty("peter").GetString()!;
        Assert.Equal(peter, NoteVerifier.Parse(peter).ToString());
        Assert.Equal(peter, NoteSigner.Parse(vectors.GetProperty("test_skey_peter").GetString()!).Verifier.ToString());
        Assert.All(vectors.GetProperty("bad_vkeys").EnumerateArray(), static k => Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse(k.GetString()!)));
        for (var i = 0; i < peter.Length; i++)
        {
            Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse(peter[i..][..^1]));
            Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse(peter[..i]));
            var changed = peter.ToCharArray();
            changed[i]++;
            Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse(new string(changed)));
        }
    }

    [Fact]
    public void The_example_of_the_specification_verifies()
    {
        var folder = Vectors.Folder("note");
        var key = NoteVerifier.Parse(File.ReadAllText(Path.Combine(folder, "c2sp-signed-note-example.vkey")).TrimEnd());
        var bytes = File.ReadAllBytes(Path.Combine(folder, "c2sp-signed-note-example.txt"));
        var note = SignedNote.Parse(bytes);
        Assert.Equal([key], note.Verify(key));
        Assert.Equal("This is an example message.\n", note.Text);
    }

    [Fact]
    public void A_checkpoint_is_read_back_and_nothing_else_passes_for_one()
    {
        var checkpoint = new Checkpoint("log.example/reviews", 20_852_163, Merkle.EmptyRoot());
        var text = checkpoint.ToText();
        Assert.Equal("log.example/reviews\n20852163\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", text);
        var read = Checkpoint.Parse(text);
        Assert.Equal((checkpoint.Origin, checkpoint.Size), (read.Origin, read.Size));
        Assert.Equal(checkpoint.Root, read.Root);
        var root = text.Split('\n')[2];
        string[] wrong =
        [
            "", "\n", text + "extension\n", text[..^1], text + "\n", $"\n5\n{root}\n", $"a\n05\n{root}\n", $"a\n-5\n{root}\n", $"a\n+5\n{root}\n",
            $"a\n5 \n{root}\n", $"a\n9223372036854775808\n{root}\n", $"a\n5\n{root[..^4]}\n", $"a\n5\n{root[..^1]}\n", "a\n5\n\n", $"a\n\n{root}\n",
        ];
        Assert.All(wrong, static w => Assert.Throws<LedgerFormatException>(() => Checkpoint.Parse(w)));
    }
}
