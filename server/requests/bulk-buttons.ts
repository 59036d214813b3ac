import { may } from '../access/policy.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { Role } from '../scope.ts'
import { acts, refusalOf, type Act } from './bulk-rules.ts'
import { statusWords } from './rules.ts'

/** `states`: those in which the act can be done to a request at all, so that the bar offers what fits what is chosen. */
export type ActButton = { readonly word: string, readonly href: string, readonly states: string, readonly key: string | null }

const keys: Partial<Readonly<Record<Act, string>>> = { acceptance: 'a', return: 'r' }

/** What this role may do to many requests at once. */
export function buttonsOf(role: Role | null, base: string): ActButton[] {
  return (Object.keys(acts) as Act[]).filter((act) => may(role, acts[act].permit)).map((act) => ({
    word: `${acts[act].word}…`, href: `${base}/requests/bulk/${act}`, states: statesOf(act).join(' '), key: keys[act] ?? null,
  }))
}

function statesOf(act: Act): RequestStatus[] {
  const whole = { number: 1, kind: 'document', ownerId: 'a', owner: 'A', dueOn: '2026-10-21', version: 1, answer: 'submitted', submittedBy: 'a' } as const
  return (Object.keys(statusWords) as RequestStatus[]).filter((status) => refusalOf(act, { ...whole, status }, { phase: 'fieldwork', person: 'b' }) === null)
}
