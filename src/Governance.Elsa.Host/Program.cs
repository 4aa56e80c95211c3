using Governance.Elsa;
using Governance.Web.Composition;

// The same site as Governance.Web, with one engine more. Its settings and rules lie beside the program.
Environment.SetEnvironmentVariable("ASPNETCORE_CONTENTROOT", AppContext.BaseDirectory);
return await Site.RunAsync(args, ("Elsa", services => services.AddElsaRoutes()));
