using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>Readers of bytes from outside, fed with damaged good input: they read the same, or refuse in their one way.</summary>
public sealed class BundlesFuzzTests
{
    private static readonly SampleLog Log = SampleLog.OfTrail(5);
    private static readonly byte[] Trail = Zip.Of(Log.Content());
    private static readonly byte[] Whole = WholeLog.Zipped(WholeLog.Of(60).Content());

    // What a reader makes of bytes, or null where it refuses them; anything else than the one exception comes out of here.
    private static string? Read(Func<byte[], string> reader, byte[] bytes)
    {
        try
        {
            return reader(bytes);
        }
        catch (LedgerFormatException e)
        {
            Assert.NotEmpty(e.Message);
            Assert.DoesNotContain(e.Message, static c => char.IsControl(c));
            return null;
        }
    }

    [Fact]
    public void JSON_that_was_damaged_is_refused_or_is_spelt_exactly_as_it_is_written_again() =>
        Gen.Select(Gen.Int[0, Log.Size - 1], Fuzz.Mutations).Sample(
            static (which, mutation) =>
            {
                var bytes = mutation(Log[which]);
                if (Read(static b => Convert.ToBase64String(CanonicalJson.Write(CanonicalJson.Parse(b))), bytes) is { } again)
                    Assert.Equal(Convert.ToBase64String(bytes), again);
            },
            iter: Fuzz.Iterations(20_000));

    [Fact]
    public void A_note_that_was_damaged_is_refused_or_does_not_verify_or_says_the_same()
    {
        var good = Log.Checkpoint();
        var text = SignedNote.Parse(good).Text;
        Fuzz.Mutations.Sample(
            mutation =>
            {
                var bytes = mutation(good);
                var verified = Read(
                    static b =>
                    {
                        var note = SignedNote.Parse(b);
                        note.Verify(SampleLog.Signer.Verifier);
                        // Written again it is what was read, so that nothing hides in a note.
                        Assert.Equal(b, note.ToBytes());
                        return note.Text;
                    },
                    bytes);
                Assert.True(verified is null || verified == text);
            },
            iter: Fuzz.Iterations(4000));
    }

    [Fact]
    public void A_proof_that_was_damaged_is_refused_or_is_spelt_exactly_as_it_is_written_again()
    {
        var good = Zip.Files(Trail)["data/proofs/1.tlog-proof"];
        Fuzz.Mutations.Sample(
            mutation =>
            {
                var bytes = mutation(good);
                if (Read(static b => Convert.ToBase64String(TlogProof.Parse(b).ToBytes()), bytes) is { } again)
                    Assert.Equal(Convert.ToBase64String(bytes), again);
            },
            iter: Fuzz.Iterations(10_000));
    }

    [Fact]
    public void A_disclosure_that_was_damaged_is_refused_or_has_another_digest()
    {
        var good = Disclosure.Create("rationale", "Made up, with \u00e9 and \ud83d\ude00.");
        Fuzz.Mutations.Sample(
            mutation =>
            {
                var bytes = mutation(Encoding.ASCII.GetBytes(good.Text));
                if (Read(static b => Disclosure.Parse(Encoding.Latin1.GetString(b)).Digest, bytes) is { } digest)
                    Assert.Equal(Encoding.Latin1.GetString(bytes) == good.Text, digest == good.Digest);
            },
            iter: Fuzz.Iterations(10_000));
    }

    [Fact]
    public void A_zip_that_was_damaged_is_refused_or_holds_the_same_entries() =>
        Gen.Select(Gen.Bool, Fuzz.Mutations).Sample(
            static (whole, mutation) =>
            {
                var good = whole ? Whole : Trail;
                var zip = mutation(good);
                if (Read(Entries, zip) is not { } read)
                    return;
                // The zip's own checksums are not asked: that the bytes are those that were signed is.
                var verified = whole ? WholeLog.Verify(zip).Verified : BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier).Verified;
                Assert.True(!verified || read == Read(Entries, good));
            },
            iter: Fuzz.Iterations(300));

    private static string Entries(byte[] zip)
    {
        using var reader = BundleReader.Open(new MemoryStream(zip));
        foreach (var path in reader.Paths)
            reader.Read(path);
        return Convert.ToBase64String(reader.Read("data/entries.jsonl"));
    }

    [Fact]
    public void Memory_stays_bounded_whatever_a_zip_claims()
    {
        // A directory that claims four gibibytes for a file of a few bytes, and one that claims less than there is.
        foreach (var claim in (uint[])[0xFFFF_FFF0, 0x7FFF_FFFF, 1])
        {
            var zip = Trail.ToArray();
            var record = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(record + 24), claim);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier).Verified);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        }
    }

    [Fact]
    public void A_zip_whose_directory_is_endless_is_refused_before_it_is_built()
    {
        var directory = new byte[46 * (BundleReader.MaxLogFiles + 1)];
        for (var i = 0; i <= BundleReader.MaxLogFiles; i++)
            "PK\x01\x02"u8.CopyTo(directory.AsSpan(i * 46));
        byte[] zip = [.. directory, .. "PK\x05\x06"u8, .. new byte[18]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var finding = Assert.Single(BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier).Findings);
        Assert.Contains("more than", finding.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }
}
