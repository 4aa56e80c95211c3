using System.Text;
using NSec.Cryptography;

namespace Governance.Ledger.Tests;

public sealed class CosignatureTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly NoteSigner Log = NoteSigner.Generate("log.example/reviews");
    private static readonly WitnessSigner First = WitnessSigner.Generate("witness.example/w1");

    private static SignedNote Note(long size = 3, byte fill = 7) =>
        SignedNote.Sign(new Checkpoint("log.example/reviews", size, [.. Enumerable.Repeat(fill, 32)]).ToText(), Log);

    [Fact]
    public void A_cosignature_verifies_with_its_time_and_the_logs_own_signature_still_does()
    {
        var note = Note().With(First.Cosign(Note().Text, At.AddMilliseconds(700)));
        var cosignature = First.Verifier.On(note);
        Assert.Equal(At, cosignature!.At);
        Assert.Equal(First.Verifier, cosignature.Witness);
        Assert.Single(note.Verify(Log.Verifier));
    }

    [Fact]
    public void The_signed_message_is_that_of_the_specification_to_an_independent_verifier()
    {
        var note = Note();
        var line = First.Cosign(note.Text, At);
        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, First.Verifier.PublicKey.Span, KeyBlobFormat.RawPublicKey);
        var message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime {At.ToUnixTimeSeconds()}\n{note.Text}");
        Assert.Equal(72, line.Signature.Length);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, message, line.Signature.AsSpan(8)));
    }

    [Fact]
    public void A_changed_time_root_or_signature_is_refused_and_another_key_is_passed_over()
    {
        var note = Note();
        var line = First.Cosign(note.Text, At);
        for (var i = 0; i < line.Signature.Length; i++)
        {
            var changed = line.Signature.ToArray();
            changed[i] ^= 1;
            Assert.Throws<LedgerFormatException>(() => First.Verifier.Verify(note.Text, line with { Signature = changed }));
        }

        Assert.Throws<LedgerFormatException>(() => First.Verifier.Verify(Note(fill: 8).Text, line));
        Assert.Throws<LedgerFormatException>(() => First.Verifier.Verify(note.Text, line with { Signature = line.Signature[8..] }));
        Assert.Null(WitnessSigner.Generate("witness.example/w1").Verifier.Verify(note.Text, line));
        Assert.Null(First.Verifier.On(note));
    }

    [Fact]
    public void Keys_read_what_they_wrote_and_a_logs_key_cannot_be_used_as_a_witnesss()
    {
        var read = WitnessSigner.Parse(First.ToPrivateText());
        Assert.Equal(First.Verifier.ToString(), read.Verifier.ToString());
        Assert.Equal(First.Verifier, WitnessVerifier.Parse(First.Verifier.ToString()));
        Assert.Throws<LedgerFormatException>(() => WitnessSigner.Parse(Log.ToPrivateText()));
        Assert.Throws<LedgerFormatException>(() => NoteVerifier.Parse(First.Verifier.ToString()));
        var text = First.Verifier.ToString();
        Assert.Throws<LedgerFormatException>(() => WitnessVerifier.Parse(text.Replace("+", "+0", StringComparison.Ordinal)));
        Assert.Throws<LedgerFormatException>(() => WitnessVerifier.Parse("other.example" + text[text.IndexOf('+', StringComparison.Ordinal)..]));
    }

    [Fact]
    public void A_request_reads_what_it_wrote_and_odd_ones_are_refused()
    {
        var request = new AddCheckpoint { OldSize = 2, Proof = [new byte[32], Enumerable.Repeat((byte)9, 32).ToArray()], Checkpoint = Note().ToBytes() };
        var read = AddCheckpoint.Parse(request.ToBytes());
        Assert.Equal(2, read.OldSize);
        Assert.Equal(request.Proof, read.Proof);
        Assert.Equal(request.Checkpoint, read.Checkpoint);
        foreach (var odd in (string[])["", "old 1\n", "old 01\n\nx", "old -1\n\nx", "size 1\n\nx", "old 1\nAAAA\n\nx", "old 1\nno base64\n\nx", "old 1\n" + string.Concat(Enumerable.Repeat(Convert.ToBase64String(new byte[32]) + "\n", 64)) + "\nx"])
            Assert.Throws<LedgerFormatException>(() => AddCheckpoint.Parse(Encoding.UTF8.GetBytes(odd)));
    }

    [Fact]
    public void A_witness_cosigns_growth_only()
    {
        var leaves = Enumerable.Range(0, 12).Select(static i => Merkle.LeafHash([(byte)i])).ToList();
        byte[] Node(int level, long index) => level == 0 ? leaves[(int)index] : Merkle.NodeHash(Node(level - 1, 2 * index), Node(level - 1, (2 * index) + 1));
        Checkpoint Head(long size) => new("log.example/reviews", size, Merkle.Root(size, Node));
        WitnessDecision Decide(long old, IReadOnlyList<byte[]> proof, Checkpoint? last, Checkpoint next) => new AddCheckpoint { OldSize = old, Proof = proof, Checkpoint = [] }.Decide(last, next);

        for (var old = 1; old <= 12; old++)
        {
            for (var size = old; size <= 12; size++)
            {
                var proof = Merkle.ConsistencyProof(old, size, Node);
                Assert.Equal(WitnessDecision.Cosign, Decide(old, proof, Head(old), Head(size)));
                Assert.Equal(WitnessDecision.NotProven, Decide(old, [.. proof, new byte[32]], Head(old), Head(size)));
                Assert.Equal(size == old ? WitnessDecision.SplitView : WitnessDecision.NotProven, Decide(old, proof, Head(old), Head(size) with { Root = new byte[32] }));
            }
        }

        // From nothing there is nothing to prove, and a proof would be a mistake.
        Assert.Equal(WitnessDecision.Cosign, Decide(0, [], null, Head(5)));
        Assert.Equal(WitnessDecision.NotProven, Decide(0, [new byte[32]], null, Head(5)));
        Assert.Equal(WitnessDecision.Cosign, Decide(0, [], null, Head(0)));
        Assert.Equal(WitnessDecision.NotProven, Decide(0, [], null, Head(0) with { Root = new byte[32] }));
        Assert.Equal(WitnessDecision.OtherSize, Decide(0, [], Head(5), Head(7)));
        Assert.Equal(WitnessDecision.OtherSize, Decide(4, Merkle.ConsistencyProof(4, 7, Node), Head(5), Head(7)));
        Assert.Equal(WitnessDecision.OtherSize, Decide(3, [], null, Head(7)));
        Assert.Equal(WitnessDecision.Malformed, Decide(6, [], Head(6), Head(5)));
    }
}
