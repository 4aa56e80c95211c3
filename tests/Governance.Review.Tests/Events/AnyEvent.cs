using System.Collections.Immutable;
using System.Reflection;
using CsCheck;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Events;

/// <summary>Makes events of any kind, with anything in them, by looking at their types: a new kind needs nothing here.</summary>
sealed class AnyEvent(Random random)
{
    static readonly string[] Texts = ["", "plain", "line\nbreak\ttab", "“quotes” \"and\" \\", "Zażółć 😀 ሰላም", "\u2028\uFEFF\u007F", "{\"$sealed\":\"x\"}", "answers.title", "0"];

    int _ids;

    public static Gen<(ProposalEvent Event, int Seed)> Of(Type type) =>
        Gen.Int[0, int.MaxValue - 1].Select(seed => ((ProposalEvent)new AnyEvent(new Random(seed)).Make(type), seed));

    public object Make(Type type)
    {
        if (type == typeof(string)) return $"id{_ids++}";
        if (type == typeof(int)) return random.Next();
        if (type == typeof(long)) return random.NextInt64(1L << 50);
        if (type == typeof(DateOnly)) return new DateOnly(2020, 1, 1).AddDays(random.Next(10_000));
        if (type == typeof(Sealed)) return new Sealed(Texts[random.Next(Texts.Length)], (Audience)random.Next(3));
        if (type == typeof(SealedAnswers)) return new SealedAnswers(SomeAnswers());
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            var element = type.GetGenericArguments()[0];
            var items = Array.CreateInstance(element, random.Next(4));
            for (var i = 0; i < items.Length; i++) items.SetValue(Make(element), i);
            return typeof(ImmutableArray).GetMethods().Single(m => m.Name == "Create" && m.GetParameters() is [{ ParameterType.IsArray: true } p] && !p.IsDefined(typeof(System.Runtime.CompilerServices.ParamCollectionAttribute)))
                .MakeGenericMethod(element).Invoke(null, [items])!;
        }
        var nullability = new NullabilityInfoContext();
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        if (constructor.GetParameters().Length > 0)
        {
            return constructor.Invoke([.. constructor.GetParameters().Select(p =>
                nullability.Create(p).ReadState == NullabilityState.Nullable && random.Next(2) == 0 ? null : Make(p.ParameterType))]);
        }
        var made = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(p => p.CanWrite)) property.SetValue(made, Make(property.PropertyType));
        return made;
    }

    Answers SomeAnswers()
    {
        var answers = new[] { SampleAnswers.Insight, SampleAnswers.ServiceDesign, SampleAnswers.Scoring }[random.Next(3)];
        answers = answers.Ids.Where(_ => random.Next(3) == 0).Aggregate(answers, (a, id) => a.Without(id));
        // A draft may hold anything, and an old one may have fields that the form no longer has.
        return answers.With("terms", "typed by hand").With("retired_field", "of an older form").With("retired_list", ["a", "b"]).With("people_count", random.Next(2) == 0 ? "many" : "12");
    }
}
