using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed class ReadingAgeTests
{
    [Fact]
    public void The_formula_is_the_published_one()
    {
        // 6 words, 17 letters, 1 sentence: 4.71 * 17 / 6 + 0.5 * 6 - 21.43 = -5.085.
        var easy = ReadingAge.Of("The cat sat on the mat.");
        Assert.Equal((6, 1, 5), (easy.Words, easy.Sentences, easy.Age));
        Assert.Equal(-5.085m, easy.Score);

        // 5 words of 12, 13, 8, 12 and 12 letters, 1 sentence: 4.71 * 57 / 5 + 2.5 - 21.43 = 34.764; ages above 22 mean nothing.
        var hard = ReadingAge.Of("Longitudinal participatory research necessitates safeguarding.");
        Assert.Equal(34.764m, hard.Score);
        Assert.Equal(22, hard.Age);
    }

    [Fact]
    public void A_text_for_children_is_easier_than_one_for_teenagers_and_that_than_a_statute()
    {
        var child = ReadingAge.Of("We have a new dog. Her name is Moss. She runs in the park and jumps in the mud. Then she needs a bath.");
        var teen = ReadingAge.Of("The council asked young people what they thought about the skate park. Most of them wanted better lights and a place to sit. "
            + "Some worried that older groups would take it over in the evening, so a youth worker will be there until nine.");
        var statute = ReadingAge.Of("The controller shall, taking into account the nature, scope, context and purposes of the processing, implement appropriate technical and organisational "
            + "measures designed to implement data-protection principles, including minimisation, in an effective manner and to integrate the necessary safeguards into the processing.");
        Assert.InRange(child.Age!.Value, 5, 8);
        Assert.InRange(teen.Age!.Value, 11, 16);
        Assert.InRange(statute.Age!.Value, 20, 22);
    }

    [Fact]
    public void The_tips_name_the_longest_sentences_and_the_hardest_words()
    {
        var longOne = "This sentence goes on and on with one more word and one more word until nobody can remember how it began at all.";
        var result = ReadingAge.Of("Short one. " + longOne + " Pseudonymisation again: pseudonymisation and proportionality.");
        Assert.Equal([longOne], result.LongestSentences);
        Assert.Equal(["pseudonymisation", "proportionality"], result.HardWords);
    }

    [Theory]
    [InlineData("It costs 0.5 pounds, e.g. for a snack.", 1)]
    [InlineData("Use small words, e.g.   these ones.", 1)]
    [InlineData("Really? Yes! Good.", 3)]
    [InlineData("A list\n- one thing\n- another thing", 3)]
    [InlineData("He said “no.” Then he left.", 2)]
    public void Sentences_end_where_a_reader_pauses(string text, int sentences) => Assert.Equal(sentences, ReadingAge.Of(text).Sentences);

    [Theory]
    [InlineData("")]
    [InlineData(" \n … !?")]
    public void A_text_without_words_has_no_reading_age(string text) => Assert.Null(ReadingAge.Of(text).Age);

    [Fact]
    public void A_hostile_text_is_measured_in_reasonable_time()
        => Assert.Equal(2, ReadingAge.Of("a." + new string(' ', 20_000) + new string('"', 20_000) + new string(' ', 20_000) + "B" + new string('-', 20_000)).Words);

    [Fact]
    public void The_samples_summary_suits_a_fourteen_year_old() => Assert.InRange(ReadingAge.Of(SampleAnswers.Insight.Text("lay_summary")).Age!.Value, 5, 14);
}
