using CsCheck;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed class FalsePositivesTests
{
    private static readonly Gen<decimal> Share = Gen.Int[0, 1000].Select(i => i / 1000m);

    [Fact]
    public void A_rare_trait_makes_most_flags_wrong()
    {
        // 10,000 people, 100 with the trait: 80 found; of 9,900 others 5% = 495 flagged. 495 / 575 = 86.09%.
        var r = FalsePositives.Of(0.01m, 0.80m, 0.95m, 10_000);
        Assert.Equal((80m, 495m, 20m, 9_405m), (r.TruePositives, r.WrongPositives, r.FalseNegatives, r.TrueNegatives));
        Assert.Equal(80m / 575m, r.Precision);
        Assert.Equal(86, r.WronglyFlaggedPer100);
        Assert.Equal("Of every 100 young people flagged, 86 are wrongly flagged.", r.Sentence);
    }

    [Fact]
    public void A_common_trait_and_a_careful_method_make_few_flags_wrong()
    {
        // 2,500 people, 500 with the trait: 450 found; of 2,000 others 1% = 20 flagged. 20 / 470 = 4.26%.
        var r = FalsePositives.Of(0.2m, 0.9m, 0.99m, 2_500);
        Assert.Equal((450m, 20m, 4), (r.TruePositives, r.WrongPositives, r.WronglyFlaggedPer100!.Value));
        Assert.Equal(r, FalsePositives.From(SampleAnswers.ServiceDesign));
    }

    [Fact]
    public void Every_person_is_counted_once_and_shares_stay_shares() => Gen.Select(Share, Share, Share, Gen.Long[0, 1_000_000]).Sample((p, s, c, n) =>
    {
        var r = FalsePositives.Of(p, s, c, n);
        return r.TruePositives + r.WrongPositives + r.FalseNegatives + r.TrueNegatives == n
            && r.TruePositives == n * p * s
            && r.WrongPositives == n * (1 - p) * (1 - c)
            && (r.Precision is null) == (r.TruePositives + r.WrongPositives == 0)
            && r.Precision is null or (>= 0 and <= 1)
            && r.WronglyFlaggedPer100 is null or (>= 0 and <= 100);
    });

    [Fact]
    public void More_specific_never_means_more_wrong_flags() => Gen.Select(Share, Share, Share, Share).Sample((p, s, c1, c2) =>
        FalsePositives.Of(p, s, Math.Max(c1, c2), 1000).WrongPositives <= FalsePositives.Of(p, s, Math.Min(c1, c2), 1000).WrongPositives);

    [Fact]
    public void Nobody_flagged_means_no_share_and_no_division()
    {
        var r = FalsePositives.Of(0, 1, 1, 1000);
        Assert.Null(r.Precision);
        Assert.Null(r.WronglyFlaggedPer100);
        Assert.Equal("Nobody would be flagged.", r.Sentence);
    }

    [Theory]
    [InlineData(0.5, 1, 0.999, "Of every 100 young people flagged, fewer than 1 is wrongly flagged.")]
    [InlineData(0.0001, 0.5, 0.5, "Of every 100 young people flagged, more than 99 are wrongly flagged.")]
    [InlineData(0.5, 0.99, 0.99, "Of every 100 young people flagged, 1 is wrongly flagged.")]
    public void Rounding_never_claims_none_or_all(double p, double s, double c, string sentence)
        => Assert.Equal(sentence, FalsePositives.Of((decimal)p, (decimal)s, (decimal)c, 100_000).Sentence);

    [Theory]
    [InlineData(-0.1, 0.5, 0.5, 10)]
    [InlineData(1.1, 0.5, 0.5, 10)]
    [InlineData(0.5, 1.1, 0.5, 10)]
    [InlineData(0.5, 0.5, -0.01, 10)]
    [InlineData(0.5, 0.5, 0.5, -1)]
    public void Shares_outside_0_to_1_and_negative_populations_are_refused(double p, double s, double c, long n)
        => Assert.Throws<ArgumentOutOfRangeException>(() => FalsePositives.Of((decimal)p, (decimal)s, (decimal)c, n));

    [Fact]
    public void Answers_that_are_no_numbers_give_no_result()
    {
        Assert.Null(FalsePositives.From(SampleAnswers.ServiceDesign.With("base_rate", "rare")));
        Assert.Null(FalsePositives.From(SampleAnswers.ServiceDesign.With("specificity", "1.5")));
        Assert.Null(FalsePositives.From(SampleAnswers.Insight));
    }
}
