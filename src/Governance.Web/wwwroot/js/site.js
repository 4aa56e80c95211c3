import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, SkipLink, createAll } from '../build/govuk-frontend.min.js'

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, SkipLink]) {
  createAll(component)
}
