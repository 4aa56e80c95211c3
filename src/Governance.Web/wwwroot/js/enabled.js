// Says to the styles that scripts run, before anything is shown. Everything works without.
document.body.classList.add('js-enabled', ...('noModule' in HTMLScriptElement.prototype ? ['govuk-frontend-supported'] : []))
