return await Governance.Web.Composition.Site.RunAsync(args);
