using Governance.Auditor;

return AuditorProgram.Run(args, Console.Out, Console.Error);
