using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Governance.Service;

/// <summary>
/// What the service measures of itself, for whoever listens; without a listener it costs next to nothing. Names and numbers
/// only: no reference, no id of a person, and nothing that anybody typed.
/// </summary>
public static class Measures
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Governance.Service";

    static readonly Meter Meter = new(Name);

    /// <summary>A span for each request of the service: a command or a query.</summary>
    internal static ActivitySource Requests { get; } = new(Name);

    internal static Counter<long> Appends { get; } = Meter.CreateCounter<long>("governance.ledger.appends", "{entry}", "Entries appended to the ledger.");

    internal static Histogram<int> GroupSize { get; } = Meter.CreateHistogram<int>("governance.commit.group_size", "{command}", "Commands that shared one commit.");

    internal static Histogram<double> CommitTime { get; } = Meter.CreateHistogram<double>("governance.commit.duration", "s", "How long a commit took.");

    /// <summary>Commands that wait for their turn to write, where one writes at a time.</summary>
    internal static UpDownCounter<int> Waiting { get; } = Meter.CreateUpDownCounter<int>("governance.commit.waiting", "{command}", "Commands that wait for their turn to write.");

    /// <summary>Publishes what is looked up now and then: see <see cref="Background.VitalSigns"/>.</summary>
    internal static void Publish(Func<Audit.Vitals?> last, TimeProvider clock)
    {
        IEnumerable<Measurement<long>> Of(Func<Audit.Vitals, long> number) => last() is { } vitals ? [new(number(vitals))] : [];
        Meter.CreateObservableGauge("governance.outbox.length", () => Of(v => v.Outbox), "{command}", "Commands whose messages are not delivered yet.");
        Meter.CreateObservableGauge("governance.mail.waiting", () => Of(v => v.MailWaiting), "{mail}", "E-mails that are still to be sent, or tried again.");
        Meter.CreateObservableGauge("governance.mail.failed", () => Of(v => v.MailFailed), "{mail}", "E-mails that were given up.");
        Meter.CreateObservableGauge("governance.ledger.size", () => Of(v => v.Size), "{entry}", "Entries in the ledger.");
        Meter.CreateObservableGauge("governance.checkpoint.unsigned", () => Of(v => v.Size - v.Signed), "{entry}", "Entries that no checkpoint covers yet.");
        Meter.CreateObservableGauge("governance.checkpoint.age", () => last() is { SignedAt: { } at } ? [new Measurement<double>((clock.GetUtcNow() - at).TotalSeconds)] : (IEnumerable<Measurement<double>>)[], "s", "How old the last checkpoint is.");
        Meter.CreateObservableGauge("governance.check.findings", () => Of(v => v.Findings), "{finding}", "What the check of the record found. More than none: nothing is written any more.");
    }
}
