import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { zoneChoices } from '../web/times.ts'
import type { DigestChoice } from './digest-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'accounts/digest': { readonly form: FormState, readonly often: readonly Choice[], readonly zones: readonly Choice[], readonly done: string | null }
  }
}

/** Whether the daily mail comes, and when. Nothing is chosen beforehand for who comes from a mail: programs that press buttons choose nothing. */
export function digestPage(choice: DigestChoice, { fromMail, done, form }: { fromMail: boolean, done?: boolean, form?: FormState }) {
  const values = { ...fromMail ? {} : { often: choice.stopped ? 'never' : 'morning' }, ...choice.zone === null ? {} : { zone: choice.zone } }
  return {
    title: 'The daily mail', frame: 'center' as const, form: form ?? formState(values),
    often: [
      { value: 'morning', label: 'Every working morning on which something waits', hint: 'At seven, Monday to Friday.' },
      { value: 'never', label: 'Never', hint: 'Requests, returned answers, questions and reminders still come.' },
    ],
    zones: zoneChoices(),
    done: done ? choice.stopped ? 'The daily mail is stopped. What is asked of you still comes.' : 'The daily mail comes on working mornings.' : null,
  }
}
