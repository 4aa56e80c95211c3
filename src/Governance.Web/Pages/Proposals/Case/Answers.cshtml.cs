using MediatR;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>The whole proposal as it was last submitted, section by section, with its documents.</summary>
public sealed class AnswersModel(IMediator mediator) : CasePage(mediator);
