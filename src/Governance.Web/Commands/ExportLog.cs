using System.CommandLine;
using System.Globalization;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary><c>export-log</c>: writes the whole log into a bundle that an auditor checks without the service.</summary>
static class ExportLog
{
    public static Command Make(IServiceProvider services)
    {
        var file = new Option<FileInfo>("--out") { Description = "The file to write. It must not exist yet.", Required = true };
        var depth = new Option<string>("--depth") { Description = "How much of what is sealed to show: public, panel or full.", DefaultValueFactory = _ => "full" };
        var command = new Command("export-log", "Writes the whole log into a bundle that anyone can check. Until it is whole the file is called .unfinished; an interrupted export is simply run again.") { file, depth };
        command.SetAction((parsed, cancellation) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            var target = parsed.GetRequiredValue(file);
            if (target.Exists) throw new ConflictException($"{target.FullName} exists already. Choose another name.");
            var how = DepthNames.Parse(parsed.GetValue(depth)) ?? throw new ConflictException("The depth must be public, panel or full.");
            await using var scope = services.CreateAsyncScope();
            var export = scope.ServiceProvider.GetRequiredService<LogExport>();
            var log = await export.PrepareAsync(Actor.Service, how, cancellation);
            var unfinished = target.FullName + ".unfinished";
            var again = File.Exists(unfinished);
            if (again) await parsed.InvocationConfiguration.Error.WriteLineAsync("An earlier export did not finish. It is begun anew.");
            await using (var stream = File.Create(unfinished))
            {
                export.Write(stream, log, new Bar(parsed.InvocationConfiguration.Error, log.Checkpoint.Size), cancellation);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, target.FullName);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{log.Checkpoint.Size} entries were written to {target.FullName}."));
        }));
        return command;
    }

    /// <summary>A line that moves on a terminal; nothing where the messages go to a file.</summary>
    sealed class Bar(TextWriter error, long of) : IProgress<long>
    {
        public void Report(long value)
        {
            if (!ReferenceEquals(error, Console.Error) || Console.IsErrorRedirected) return;
            var share = (double)value / Math.Max(1, of);
            error.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', (int)(share * 30)),-30}] {value:N0} of {of:N0} entries{(value == of ? "\n" : "")}"));
        }
    }
}
