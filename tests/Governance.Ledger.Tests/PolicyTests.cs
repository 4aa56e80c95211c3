using System.Text;

namespace Governance.Ledger.Tests;

public sealed class PolicyTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly NoteSigner Log = NoteSigner.Generate("log.example/reviews");
    private static readonly WitnessSigner[] Known = [.. Enumerable.Range(1, 6).Select(static i => WitnessSigner.Generate($"witness.example/w{i}"))];

    private static TlogPolicy Parse(string text) => TlogPolicy.Parse(Encoding.UTF8.GetBytes(text));

    private static SignedNote Note(params int[] witnesses)
    {
        var note = SignedNote.Sign(new Checkpoint("log.example/reviews", 3, new byte[32]).ToText(), Log);
        return witnesses.Aggregate(note, static (n, w) => n.With(Known[w].Cosign(n.Text, At)));
    }

    private static string Two() => $"""
        # Two offices, and one of the two youth councils
        log {Log.Verifier}

        witness X1 {Known[0].Verifier} https://x1.example/
        witness X2 {Known[1].Verifier}
          witness	X3   {Known[2].Verifier}
        group X 2 X1 X2 X3
        witness Y1 {Known[3].Verifier}
        witness Y2 {Known[4].Verifier}
        group Y any Y1 Y2
        group both all X Y
        quorum both

        """;

    [Fact]
    public void Groups_of_groups_are_counted_as_the_file_says()
    {
        var policy = Parse(Two());
        Assert.Equal(["X1", "X2", "X3", "Y1", "Y2"], policy.Witnesses.Select(static w => w.Name));
        Assert.Equal("https://x1.example/", policy.Witnesses[0].Url);
        for (var set = 0; set < 64; set++)
        {
            var signers = Enumerable.Range(0, 6).Where(i => (set & (1 << i)) != 0).ToArray();
            var wanted = signers.Count(static i => i < 3) >= 2 && signers.Any(static i => i is 3 or 4);
            var verdict = policy.Evaluate(Note(signers));
            Assert.Equal(wanted, verdict.Satisfied);
            Assert.True(verdict.LogSigned);
            Assert.Equal(signers.Count(static i => i < 5), verdict.Cosignatures.Count);
            Assert.Equal(5, verdict.Cosignatures.Count + verdict.Missing.Count);
        }
    }

    [Fact]
    public void A_checkpoint_that_no_known_log_signed_is_not_satisfied_however_many_cosigned()
    {
        var stranger = NoteSigner.Generate("log.example/reviews");
        var note = SignedNote.Sign(new Checkpoint("log.example/reviews", 3, new byte[32]).ToText(), stranger);
        note = Known.Aggregate(note, static (n, w) => n.With(w.Cosign(n.Text, At)));
        var verdict = Parse(Two()).Evaluate(note);
        Assert.True(verdict.Witnessed);
        Assert.False(verdict.LogSigned);
        Assert.False(verdict.Satisfied);
        Assert.True(Parse(Two()).Evaluate(note, stranger.Verifier).Satisfied);
    }

    [Fact]
    public void A_false_cosignature_of_a_known_witness_spoils_the_note()
    {
        var line = Known[0].Cosign("another text\n", At);
        Assert.Throws<LedgerFormatException>(() => Parse(Two()).Evaluate(Note(1, 3).With(line)));
    }

    [Fact]
    public void Nobody_is_needed_where_the_quorum_is_none_and_all_where_the_witnesses_are_listed_alone()
    {
        Assert.True(Parse($"log {Log.Verifier}\nquorum none\n").Evaluate(Note()).Satisfied);
        var all = TlogPolicy.AllOf([Known[0].Verifier, Known[1].Verifier]);
        Assert.False(all.Evaluate(Note(0), Log.Verifier).Satisfied);
        Assert.True(all.Evaluate(Note(0, 1), Log.Verifier).Satisfied);
        Assert.Equal(TlogPolicy.None, TlogPolicy.AllOf([]).Quorum);
    }

    [Fact]
    public void Files_that_the_specification_forbids_are_refused_with_the_line()
    {
        var w1 = $"witness w1 {Known[0].Verifier}\n";
        var w2 = $"witness w2 {Known[1].Verifier}\n";
        foreach (var (text, line) in new (string Text, int Line)[]
        {
            ("quorum w1\n", 1),
            ("quorum none\nquorum none\n", 2),
            (w1 + "witness w1 " + Known[1].Verifier + "\nquorum w1\n", 2),
            (w1 + $"witness w2 {Known[0].Verifier}\nquorum w1\n", 2),
            ($"log {Log.Verifier}\nlog {Log.Verifier}\nquorum none\n", 2),
            (w1 + "group g all\nquorum g\n", 2),
            (w1 + "group g 0 w1\nquorum g\n", 2),
            (w1 + "group g 2 w1\nquorum g\n", 2),
            (w1 + "group g 01 w1\nquorum g\n", 2),
            (w1 + "group g some w1\nquorum g\n", 2),
            (w1 + "group g any w1 w1\nquorum g\n", 2),
            (w1 + w2 + "group g any w1\ngroup h any w1 w2\nquorum h\n", 4),
            (w1 + "group g any none\nquorum g\n", 2),
            ($"witness none {Known[0].Verifier}\nquorum none\n", 1),
            (w1 + "group w1 any w1\nquorum w1\n", 2),
            ("log nonsense\nquorum none\n", 1),
            ("witness w nonsense\nquorum none\n", 1),
            ("something else\nquorum none\n", 1),
        })
        {
            var refused = Assert.Throws<LedgerFormatException>(() => Parse(text));
            Assert.Contains($"Line {line} of the policy", refused.Message, StringComparison.Ordinal);
        }

        Assert.Throws<LedgerFormatException>(() => Parse("quorum none\r\n"));
        Assert.Throws<LedgerFormatException>(() => Parse(w1));
    }

    [Fact]
    public void Published_policies_are_read_and_those_that_break_the_rules_are_refused()
    {
        var vectors = Vectors.Json("policy", "tlog-policy.json");
        foreach (var good in vectors.GetProperty("good").EnumerateArray())
            Assert.NotEmpty(Parse(good.GetString()!).Witnesses);
        Assert.NotEqual(0, vectors.GetProperty("bad_by_spec").GetArrayLength());
        foreach (var bad in vectors.GetProperty("bad_by_spec").EnumerateArray())
        {
            var refused = Record.Exception(() => Parse(bad.GetProperty("text").GetString()!));
            Assert.True(refused is LedgerFormatException, $"{bad.GetProperty("why")} was not refused.");
        }
    }
}
