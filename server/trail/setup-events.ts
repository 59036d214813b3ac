import type { FactKind, NoneSubject } from '../database/schema/description.ts'

type Act = 'added' | 'changed' | 'removed'

/** What the trail says of an engagement's setup; names and texts stand in the detail. */
export type SetupFacts = {
  'engagement.changed': { fields: readonly string[] }
  'subservice.added': { subserviceId: string, method: 'carve_out' | 'inclusive', criteria: readonly string[] }
  'subservice.changed': { subserviceId: string, fields: readonly string[] }
  'subservice.removed': { subserviceId: string }
  'csoc.written': { csocId: string, subserviceId: string, act: Act, criteria: readonly string[] }
  'cuec.written': { cuecId: string, act: Act, criteria: readonly string[] }
  'fact.written': { factId: string, about: FactKind, act: Act }
  'none.declared': { subject: NoneSubject, on: boolean }
  'criterion.excluded': { criterion: string }
  'criterion.included': { criterion: string }
}
