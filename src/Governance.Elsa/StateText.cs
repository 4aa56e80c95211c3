using System.Text.Json;
using Elsa.Expressions.Contracts;
using Elsa.Workflows.Serialization.Serializers;
using Microsoft.Extensions.Logging;

namespace Governance.Elsa;

/// <summary>
/// Elsa's own serialiser of workflow states, but for one thing: it keeps its options. Elsa's makes new ones for each call, with
/// a new handler of references, so that .NET works out by reflection, each time anew, how every type is written: more than
/// half of what a step cost. References are not needed: nothing in the state of a route is shared or goes round in a circle.
/// </summary>
/// <remarks>
/// Elsa 3.7.1: <c>JsonWorkflowStateSerializer.GetOptions</c> (Elsa.Workflows.Core,
/// Serialization/Serializers/JsonWorkflowStateSerializer.cs) and <c>ConfigurableSerializer</c> (Elsa.Common, Serialization).
/// </remarks>
sealed class StateText(IServiceProvider services, IWellKnownTypeRegistry types, ILoggerFactory loggers) : JsonWorkflowStateSerializer(services, types, loggers)
{
    readonly Lock making = new();
    JsonSerializerOptions? kept;

    public override JsonSerializerOptions GetOptions()
    {
        lock (making) return kept ??= new JsonSerializerOptions(base.GetOptions()) { ReferenceHandler = null };
    }
}
