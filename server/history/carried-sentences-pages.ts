import type { CarriedFacts } from '../trail/carried-events.ts'
import { plural } from '../web/helpers.ts'
import { labelOf } from '../web/states.ts'
import { writeDate } from '../web/times.ts'
import { milestoneWords } from '../engagements/milestones.ts'

type Detail = Readonly<Record<string, unknown>>

const handed = [['answers', 'request'], ['reviews', 'review'], ['controls', 'control'], ['series', 'series'], ['lines', 'test line'], ['exceptions', 'exception'], ['gaps', 'gap']] as const

/** The sentences of engagements carried over, their milestones and readiness, and of who looks after what. */
export const carriedSentences: { readonly [K in keyof CarriedFacts]: (facts: CarriedFacts[K], name: (id: string) => string, detail: Detail) => string } = {
  'engagement.rolled_forward': ({ controls, requests, lines }, _name, { from }) => `rolled this engagement forward from ${typeof from === 'string' ? from : 'an earlier one'}: ${plural(controls, 'control')}, ${plural(requests, 'request')}, ${plural(lines, 'test line')}`,
  'milestone.moved': ({ milestone, from, to }) => `moved the milestone ${milestoneWords[milestone].toLowerCase()} from ${writeDate(from)} to ${writeDate(to)}`,
  'account.calendar_made': () => 'made a calendar address',
  'account.calendar_ended': () => 'ended the calendar address',
  'readiness.assessed': ({ criterion, from, to }) => `assessed ${criterion} as ${labelOf('readiness', to).word.toLowerCase()}${from === null || from === to ? '' : `, before ${labelOf('readiness', from).word.toLowerCase()}`}`,
  'readiness.remediated': ({ criterion, from, to }) => `moved the gap of ${criterion} from ${labelOf('remediation', from).word.toLowerCase()} to ${labelOf('remediation', to).word.toLowerCase()}`,
  'member.handed_over': (facts, name) => {
    const things = handed.filter(([key]) => facts[key] > 0).map(([key, one]) => plural(facts[key], one, key === 'series' ? 'series' : undefined))
    return `handed ${things.join(', ') || 'nothing'} of ${name(facts.from)} over to ${name(facts.to)}`
  },
  'view.begun': ({ personId }, name) => `began to see the engagement as ${name(personId)} of the client sees it`,
  'view.ended': ({ personId }, name) => `stopped seeing the engagement as ${name(personId)}`,
}
