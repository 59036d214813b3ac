import { factWords } from '../engagements/description.ts'
import type { SetupFacts } from '../trail/setup-events.ts'

type Detail = Readonly<Record<string, unknown>>
type NameOf = (id: string) => string

const verbs = { added: 'entered', changed: 'changed', removed: 'removed' } as const
const methods = { carve_out: 'carve-out', inclusive: 'inclusive' } as const
const subjects = {
  subservice: 'subservice organization', cuec: 'control of user entities', requirement: 'system requirement',
  incident: 'incident', change: 'significant change', restriction: 'restriction of the report',
} as const

/** The sentences of an engagement's setup. */
export const setupSentences: { readonly [K in keyof SetupFacts]: (facts: SetupFacts[K], name: NameOf, detail: Detail) => string } = {
  'engagement.changed': ({ fields }) => `changed the ${fields.join(', ').replaceAll('_', ' ')} of the engagement`,
  'subservice.added': ({ method, criteria }, _name, detail) => `entered the subservice organization ${named(detail)}, ${methods[method]}, for ${criteria.join(', ')}`,
  'subservice.changed': ({ fields }, _name, detail) => `changed ${fields.join(', ').replaceAll('_', ' ')} of the subservice organization ${named(detail)}`,
  'subservice.removed': (_facts, _name, detail) => `removed the subservice organization ${named(detail)}`,
  'csoc.written': ({ act, criteria }, _name, detail) => `${verbs[act]} a control expected of ${named(detail)} for ${criteria.join(', ')}`,
  'cuec.written': ({ act, criteria }) => `${verbs[act]} a control expected of user entities for ${criteria.join(', ')}`,
  'fact.written': ({ about, act }) => `${verbs[act]} a fact of the system description: ${factWords[about].one}`,
  'none.declared': ({ subject, on }) => `${on ? 'stated' : 'no longer states'} that there is no ${subjects[subject]}`,
  'criterion.excluded': ({ criterion }) => `declared ${criterion} not applicable`,
  'criterion.included': ({ criterion }) => `took back that ${criterion} is not applicable`,
}

function named({ name }: Detail): string {
  return typeof name === 'string' ? name : 'one'
}
