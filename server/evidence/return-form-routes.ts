import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readDay } from '../requests/draft.ts'
import { returnReasons, type ReturnReason } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { readForm } from '../web/form.ts'
import type { Return } from './actions.ts'

const returnForm = z.object({
  reason: z.enum(Object.keys(returnReasons) as [ReturnReason, ...ReturnReason[]], 'Choose why it goes back.'),
  words: z.string('Tell the owner in your own words what is wrong and what to send instead.').max(2000, 'Keep it under 2,000 characters.'),
  due: z.string('Give the new due date.'),
})

/** Why evidence goes back, from a form; throws Invalid. */
export function readReturn(body: unknown, scope: EngagementScope): Return {
  const { reason, words, due } = readForm(returnForm, body)
  const dueOn = readDay('due', due)
  const today = Temporal.Now.plainDateISO(scope.engagement.zone)
  if (Temporal.PlainDate.compare(dueOn, today) < 0) throw new Invalid({ due: 'Give a due date from today on.' })
  return { reason, words, dueOn }
}
