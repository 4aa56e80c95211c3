using Elsa.Expressions;
using Elsa.Expressions.Contracts;
using Elsa.Expressions.Models;
using Elsa.Workflows.Expressions;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Elsa;

/// <summary>
/// The kinds of expression that an input may be written in: literals, and Elsa's word for a list of them. There are no others, so
/// that no script can ever run out of a route file (design, "Routes").
/// </summary>
/// <remarks>
/// Elsa 3.7.1 has the contract in <c>Elsa.Expressions</c> (Contracts/IExpressionDescriptorRegistry.cs,
/// Models/ExpressionDescriptor.cs) but its own registry in <c>Elsa.Workflows.Management</c>, which brings web packages and
/// every kind of expression with it, and is not needed otherwise.
/// </remarks>
sealed class LiteralInputs : IExpressionDescriptorRegistry
{
    readonly Dictionary<string, ExpressionDescriptor> kinds = new(StringComparer.Ordinal);

    public LiteralInputs()
    {
        // LiteralExpressionHandler and Literal (Elsa.Expressions), ObjectExpressionHandler (Elsa.Workflows.Core, Expressions).
        Add(new ExpressionDescriptor
        {
            Type = "Literal",
            DisplayName = "Literal",
            HandlerFactory = static services => ActivatorUtilities.CreateInstance<LiteralExpressionHandler>(services),
            MemoryBlockReferenceFactory = static () => new Literal(),
        });
        Add(new ExpressionDescriptor
        {
            Type = "Object",
            DisplayName = "Object",
            HandlerFactory = static services => ActivatorUtilities.CreateInstance<ObjectExpressionHandler>(services),
        });
    }

    public void Add(ExpressionDescriptor descriptor) => kinds[descriptor.Type] = descriptor;

    public void AddRange(IEnumerable<ExpressionDescriptor> descriptors)
    {
        foreach (var descriptor in descriptors) Add(descriptor);
    }

    public IEnumerable<ExpressionDescriptor> ListAll() => kinds.Values;

    public ExpressionDescriptor? Find(Func<ExpressionDescriptor, bool> predicate) => kinds.Values.FirstOrDefault(predicate);

    public ExpressionDescriptor? Find(string type) => kinds.GetValueOrDefault(type);
}
