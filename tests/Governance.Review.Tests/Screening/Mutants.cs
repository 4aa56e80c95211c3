using System.Globalization;
using Governance.Review.Screening;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Screening;

/// <summary>Small wrong changes of a condition: a part left out, a "not" dropped, a value left out, a bound moved by one step.</summary>
internal static class Mutants
{
    public static IEnumerable<(string What, Condition Mutant)> Of(Condition condition) => condition switch
    {
        Condition.All all => Parts("all", all.Of, parts => new Condition.All(parts)),
        Condition.Any any => Parts("any", any.Of, parts => new Condition.Any(parts)),
        Condition.Not not => [("without not", not.Of), .. Of(not.Of).Select(m => ("not " + m.What, (Condition)new Condition.Not(m.Mutant)))],
        Condition.Test test when test.Operator is Operator.AtLeast or Operator.AtMost => Moved(test),
        Condition.Test test when test.Values.Count > 1 => test.Values.Select(v => ($"{test.Fact} without {v}", (Condition)(test with { Values = [.. test.Values.Where(o => o != v)] }))),
        _ => [],
    };

    private static IEnumerable<(string, Condition)> Parts(string name, IReadOnlyList<Condition> parts, Func<IReadOnlyList<Condition>, Condition> make)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            yield return ($"without {name}[{i}]", make([.. parts.Where((_, k) => k != i)]));
            foreach (var (what, mutant) in Of(parts[i]))
                yield return ($"{name}[{i}]: {what}", make([.. parts.Select((part, k) => k == i ? mutant : part)]));
        }
    }

    private static IEnumerable<(string, Condition)> Moved(Condition.Test test)
    {
        var fact = Shipped.Rules.Facts.Find(test.Fact)!;
        foreach (var step in new[] { -1, 1 })
        {
            var value = fact.Type == FactType.Number
                ? (decimal.Parse(test.Values[0], CultureInfo.InvariantCulture) + step).ToString(CultureInfo.InvariantCulture)
                : fact.Options.ElementAtOrDefault(fact.Options.ToList().IndexOf(test.Values[0]) + step);

            // Beyond the end of a range or a scale there is nothing to move to.
            if (value is not null && (fact.Type != FactType.Number || decimal.Parse(value, CultureInfo.InvariantCulture) is var n && n >= fact.Lowest && n <= fact.Highest))
                yield return ($"{test.Fact} {test.Operator} {value}", test with { Values = [value] });
        }
    }
}
