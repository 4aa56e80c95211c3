namespace Governance.Ledger.Tests;

public sealed class KeyRotationTests
{
    private const string Origin = "log.example/reviews";
    private static readonly NoteSigner[] Keys = [.. Enumerable.Range(0, 4).Select(static _ => NoteSigner.Generate(Origin))];

    private static Entry Entry(KeyRotation rotation, string log = Origin, long seq = 5) => new()
    {
        Log = log,
        Seq = seq,
        At = new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero),
        Kind = KeyRotation.Kind,
        Data = rotation.ToData(),
        Nonce = Ledger.Entry.NewNonce(),
    };

    private static Entry Pass(int from, int to) => Entry(KeyRotation.Sign(Keys[from], Keys[to]));

    [Fact]
    public void Trust_in_an_old_key_leads_to_the_one_in_force_through_every_change()
    {
        var changes = new[] { Pass(0, 1), Pass(1, 2), Pass(2, 3) };
        Assert.Equal(Keys.Select(static k => k.Verifier.ToString()), KeyRotation.Follow(Keys[0].Verifier, changes).Select(static k => k.ToString()));
        Assert.Equal(Keys[3].Verifier.ToString(), KeyRotation.Follow(Keys[2].Verifier, changes)[^1].ToString());
        Assert.Single(KeyRotation.Follow(Keys[3].Verifier, changes));
        // The entry survives its own bytes.
        Assert.Equal(Keys[1].Verifier.ToString(), KeyRotation.Read(Ledger.Entry.Parse(changes[0].ToBytes())).New.ToString());
    }

    [Fact]
    public void A_change_that_the_old_key_or_the_new_did_not_sign_is_refused()
    {
        var thief = NoteSigner.Generate(Origin);
        var stolen = KeyRotation.Sign(thief, Keys[1]) with { Old = Keys[0].Verifier };
        var unwilling = KeyRotation.Sign(Keys[0], thief) with { New = Keys[1].Verifier };
        foreach (var rotation in (KeyRotation[])[stolen, unwilling])
            Assert.Throws<LedgerFormatException>(() => KeyRotation.Follow(Keys[0].Verifier, [Entry(rotation)]));
        Assert.Throws<LedgerFormatException>(() => KeyRotation.Read(Entry(KeyRotation.Sign(Keys[0], Keys[1]), "other.example/log")));
    }

    [Fact]
    public void Two_ways_on_from_one_key_are_refused() =>
        Assert.Throws<LedgerFormatException>(() => KeyRotation.Follow(Keys[0].Verifier, [Pass(0, 1), Pass(0, 2)]));

    [Fact]
    public void A_key_passes_its_name_only_to_another_key_of_that_name()
    {
        Assert.Throws<ArgumentException>(() => KeyRotation.Sign(Keys[0], Keys[0]));
        Assert.Throws<ArgumentException>(() => KeyRotation.Sign(Keys[0], NoteSigner.Generate("other.example/log")));
    }

    [Fact]
    public void What_is_signed_for_a_change_can_never_be_a_checkpoint() =>
        Assert.Throws<LedgerFormatException>(() => Checkpoint.Parse(KeyRotation.Text(Keys[0].Verifier, Keys[1].Verifier)));
}
