using CsCheck;

namespace Governance.Ledger.Tests;

/// <summary>Time stamps are of one text, by somebody vouched for. (The service's tests verify those that openssl made.)</summary>
public sealed class TimeStampTests
{
    private static readonly StampAuthority Authority = new();
    private static readonly byte[] Text = "governance.example/ledger\n7\nAAAA\n"u8.ToArray();
    private static readonly DateTimeOffset At = new(2030, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly byte[] Token = Authority.Stamp(Text, At);

    [Fact]
    public void A_stamp_says_when_its_text_was_there() => Assert.Equal(At, TimeStamp.Verify(Token, Text, Authority.Trusted));

    [Fact]
    public void A_stamp_of_another_text_or_by_a_stranger_is_refused()
    {
        Assert.Throws<LedgerFormatException>(() => TimeStamp.Verify(Token, [.. Text, 1], Authority.Trusted));
        Assert.Throws<LedgerFormatException>(() => TimeStamp.Verify(Token, Text, new StampAuthority().Trusted));
        Assert.Throws<LedgerFormatException>(() => TimeStamp.Verify(Token, Text, []));
        Assert.Throws<LedgerFormatException>(() => TimeStamp.Verify([], Text, Authority.Trusted));
    }

    [Fact]
    public void Whatever_is_changed_in_a_stamp_it_never_states_another_time() =>
        Gen.Select(Gen.Int[0, Token.Length - 1], Gen.Byte, Gen.Int[0, Token.Length]).Sample(
            static (at, with, length) =>
            {
                byte[] changed = [.. Token[..length], .. Token[Math.Min(Token.Length, length + (with % 2))..]];
                if (changed.Length > at)
                    changed[at] ^= with;
                try
                {
                    Assert.Equal(At, TimeStamp.Verify(changed, Text, Authority.Trusted));
                }
                catch (LedgerFormatException)
                {
                    Assert.NotEqual(Token, changed);
                }
            },
            iter: 400);
}
