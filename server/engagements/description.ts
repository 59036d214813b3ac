import { createHash } from 'node:crypto'
import type { FactKind, NoneSubject } from '../database/schema/description.ts'

/** How each kind of fact is called, and the one line that says what belongs there. */
export const factWords: Readonly<Record<FactKind, { readonly title: string, readonly one: string, readonly hint: string, readonly dated: boolean }>> = {
  commitment: { title: 'Service commitments', one: 'service commitment', hint: 'What the company promises its customers, in contracts or on its site, such as 99.9% availability each month.', dated: false },
  requirement: { title: 'System requirements', one: 'system requirement', hint: 'What the system must do for the commitments to be kept, or what laws ask of it.', dated: false },
  infrastructure: { title: 'Infrastructure', one: 'infrastructure', hint: 'Sites, hardware, networks and hosting the system runs on.', dated: false },
  software: { title: 'Software', one: 'software', hint: 'Applications, databases, operating systems and tools.', dated: false },
  people: { title: 'People', one: 'people', hint: 'Who builds, runs and governs the system, by function.', dated: false },
  procedures: { title: 'Procedures', one: 'procedures', hint: 'Manual and automated procedures by which services are delivered.', dated: false },
  data: { title: 'Data', one: 'data', hint: 'What the system takes in, keeps and gives out, and how it is classified.', dated: false },
  incident: { title: 'System incidents', one: 'system incident', hint: 'Incidents that came of controls that did not work, or kept the company from its commitments.', dated: true },
  change: { title: 'Significant changes', one: 'significant change', hint: 'Changes to the system in the period that readers of the report would want to know.', dated: true },
  restriction: { title: 'Restrictions of the report', one: 'restriction of the report', hint: 'Whom the report is meant for, as its last paragraph will say.', dated: false },
}

export type FactGroup = 'commitments' | 'components' | 'events'

/** The kinds of facts by the step of the setup that asks for them. */
export const factGroups: Readonly<Record<FactGroup, readonly FactKind[]>> = {
  commitments: ['commitment', 'requirement'],
  components: ['infrastructure', 'software', 'people', 'procedures', 'data'],
  events: ['incident', 'change', 'restriction'],
}

/** What may truly be none, and is then said so. */
export const noneWords: Readonly<Record<NoneSubject, string>> = {
  subservice: 'No subservice organization is needed to meet the criteria',
  cuec: 'No control of user entities is needed to meet the criteria',
  requirement: 'No system requirement beyond the commitments',
  incident: 'No such incident in the period',
  change: 'No significant change in the period',
  restriction: 'No restriction beyond the usual one',
}

/** Which facts are the firm's own to write; the rest is the client's description. */
export function isFirmsOwn(kind: FactKind): boolean {
  return kind === 'restriction'
}

/** Whether a side may not write an entry: the report's users are the auditor's matter, and what the client wrote itself is the client's. */
export function isLocked(side: 'firm' | 'client', kind: FactKind | null, writtenBy: 'firm' | 'client' | null): boolean {
  return side === 'firm' ? writtenBy === 'client' : kind !== null && isFirmsOwn(kind)
}

/** An entry of a list as it was typed; `key` is the entry's id, or a name of the form's own for a new one. */
export type Typed = {
  readonly key: string
  readonly text: string
  readonly criteria: string
  readonly on: string
  /** The fingerprint of what the form showed; empty for a new entry. */
  readonly seen: string
  readonly removed: boolean
}

type Content = { readonly text: string, readonly criteria: readonly string[], readonly on: string | null }

/** The entries in a form's body, whose fields are named `text-<key>`, `criteria-<key>`, `on-<key>`, `seen-<key>` and `remove-<key>`. */
export function readTyped(body: unknown): Typed[] {
  const fields = new Map(Object.entries(Object(body) as Record<string, unknown>).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : '']))
  return [...fields.keys()].filter((name) => name.startsWith('text-')).map((name) => {
    const key = name.slice('text-'.length)
    const field = (prefix: string) => fields.get(`${prefix}-${key}`) ?? ''
    return { key, text: field('text'), criteria: field('criteria'), on: field('on'), seen: field('seen'), removed: fields.has(`remove-${key}`) }
  })
}

/** A short hash of an entry's content, to see whether two people had the same before them. */
export function fingerprint({ text, criteria, on }: Content): string {
  return createHash('sha256').update(JSON.stringify([text, criteria, on])).digest('hex').slice(0, 16)
}

export type Verdict = 'same' | 'write' | 'conflict'

/**
 * What becomes of an entry: `mine` is what was typed (null: to be removed), `seen` what the form had shown, `theirs` what
 * stands now (null: removed meanwhile). Somebody else's change gives way to nobody's silently.
 */
export function weigh(mine: Content | null, seen: string, theirs: Content | null): Verdict {
  if (theirs === null) return mine === null || fingerprint(mine) === seen ? 'same' : 'conflict'
  const now = fingerprint(theirs)
  if (mine !== null && (fingerprint(mine) === now || fingerprint(mine) === seen)) return 'same'
  return now === seen ? 'write' : 'conflict'
}

function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\0', '').trim()
}
