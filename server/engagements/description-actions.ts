import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { isDay } from '../web/days.ts'
import { criteriaProblem, parseCriteria } from '../controls/rules.ts'
import { factWords, fingerprint, isLocked, weigh, type Typed } from './description.ts'
import {
  declareNone, deleteEntry, insertEntry, listCsocs, listCuecs, listFacts, listNone, listSubservices, updateEntry, type Entry, type EntryContent, type Subject,
} from './description-store.ts'
import { subserviceMark } from './setup-marks.ts'
import { deleteSubservice, insertSubservice, updateSubservice, type SubserviceFields } from './setup-store.ts'
import { lockPhase } from './store.ts'

/** What was typed over what somebody else changed meanwhile: `theirs` stands now, or is null where they removed it. */
export type Clash = { readonly key: string, readonly theirs: EntryContent | null }
export type Saved = { readonly done: true } | { readonly done: false, readonly clashes: readonly Clash[] }
export type SavedSubservice = { readonly done: true, readonly id: string } | { readonly done: false, readonly clashes: readonly Clash[], readonly theirs: SubserviceFields | null }

type Step = { readonly subject: Subject, readonly act: 'added' | 'changed' | 'removed', readonly entry: Entry | null, readonly content: EntryContent }

/**
 * Saves a step of the setup whole: every entry typed, and what was said to be none. Nothing is written where an entry was
 * changed by somebody else meanwhile. `source` says where the firm has it from; the client's own words need none.
 */
export async function saveEntries(site: Site, scope: EngagementScope, kinds: readonly ('cuec' | FactKind)[], typed: readonly Typed[], none: Readonly<Partial<Record<NoneSubject, boolean>>>, source: string): Promise<Saved> {
  return await inScope(site.db, scope, async (trx): Promise<Saved> => {
    await lockPhase(trx, scope)
    const subjects = kinds.map((kind) => subjectOf(kind))
    const { steps, clashes } = await plan(trx, scope, subjects, typed)
    if (clashes.length > 0) return { done: false, clashes }
    const events = await write(trx, scope, steps, source)
    events.push(...await declare(trx, scope, subjects, none))
    await record(trx, scope, ...events)
    return { done: true }
  })
}

/** Saves a subservice organization (null: a new one) with what is expected of it, and returns its id. */
export async function saveSubservice(site: Site, scope: EngagementScope, subserviceId: string | null, fields: SubserviceFields, seen: string, typed: readonly Typed[], source: string): Promise<SavedSubservice> {
  return await inScope(site.db, scope, async (trx): Promise<SavedSubservice> => {
    await lockPhase(trx, scope)
    const all = await listSubservices(trx, scope)
    const current = all.find(({ id }) => id === subserviceId)
    if (subserviceId !== null && current === undefined) throw new NotFound('This organization was removed meanwhile.')
    const twin = all.find(({ id, name }) => id !== subserviceId && name.toLowerCase() === fields.name.toLowerCase())
    if (twin) throw new Invalid({ name: `${twin.name} is entered already. Open that one instead.` })
    if (fields.monitorId !== null && await trx.selectFrom('control').select('id').where('engagement_id', '=', scope.engagement.id).where('id', '=', fields.monitorId).executeTakeFirst() === undefined) {
      throw new Invalid({ monitorId: 'Choose one of the client’s controls.' })
    }
    const changed = current === undefined || subserviceMark(current) !== subserviceMark(fields)
    const stale = current !== undefined && changed && subserviceMark(current) !== seen && subserviceMark(fields) !== seen
    const { steps, clashes } = await plan(trx, scope, [{ noun: 'csoc', subserviceId: subserviceId ?? '' }], typed)
    if (clashes.length > 0 || stale) return { done: false, clashes, theirs: stale ? current : null }
    const events: TrailEvent[] = []
    const id = subserviceId ?? await insertSubservice(trx, scope, fields)
    if (current === undefined) {
      events.push({ kind: 'subservice.added', facts: { subserviceId: id, method: fields.method, criteria: fields.criteria }, detail: { name: fields.name, service: fields.service } })
      await withdrawNone(trx, scope, 'subservice', events)
    } else if (changed && subserviceMark(fields) !== seen) {
      await updateSubservice(trx, scope, id, fields)
      events.push({ kind: 'subservice.changed', facts: { subserviceId: id, fields: changedFields(current, fields) }, detail: { name: fields.name } })
    }
    events.push(...await write(trx, scope, steps.map((step) => ({ ...step, subject: { noun: 'csoc', subserviceId: id } as const })), source, fields.name))
    await record(trx, scope, ...events)
    return { done: true, id }
  })
}

/** Removes a subservice organization with what is expected of it. */
export async function removeSubservice(site: Site, scope: EngagementScope, subserviceId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    const current = (await listSubservices(trx, scope)).find(({ id }) => id === subserviceId)
    if (current === undefined) throw new NotFound('This organization was removed already.')
    const subject = { noun: 'csoc', subserviceId } as const
    const expected = await listCsocs(trx, scope, subserviceId)
    const events = await write(trx, scope, expected.map((entry) => ({ subject, act: 'removed', entry, content: entry })), '', current.name)
    await deleteSubservice(trx, scope, subserviceId)
    await record(trx, scope, ...events, { kind: 'subservice.removed', facts: { subserviceId }, detail: { name: current.name } })
  })
}

async function plan(trx: Tx, scope: EngagementScope, subjects: readonly Subject[], typed: readonly Typed[]): Promise<{ steps: Step[], clashes: Clash[] }> {
  const steps: Step[] = []
  const clashes: Clash[] = []
  const wrong: Record<string, string> = {}
  for (const subject of subjects) {
    const kind = subject.noun === 'fact' ? subject.kind : subject.noun
    const current = await entriesOf(trx, scope, subject)
    for (const one of typed.filter(({ key }) => key.startsWith(`${kind}-`))) {
      const entry = current.find(({ id }) => one.key === `${kind}-${id}`) ?? null
      const isNew = one.key.startsWith(`${kind}-new`)
      if (isNew && (one.removed || one.text + one.criteria + one.on === '')) continue
      const content = one.removed ? null : contentOf(one, subject, scope, wrong)
      if (content === undefined) continue
      if (isNew) {
        // The form of a step that was saved already comes back with the browser's Back.
        if (content && !current.some((other) => fingerprint(other) === fingerprint(content))) steps.push({ subject, act: 'added', entry: null, content })
        continue
      }
      const verdict = weigh(content, one.seen, entry)
      if (verdict === 'conflict') clashes.push({ key: one.key, theirs: entry })
      if (verdict === 'write') steps.push({ subject, act: content ? 'changed' : 'removed', entry, content: content ?? entry! })
    }
  }
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
  return { steps, clashes }
}

async function write(trx: Tx, scope: EngagementScope, steps: readonly Step[], source: string, organization?: string): Promise<TrailEvent[]> {
  const events: TrailEvent[] = []
  const side = scope.side === 'client' ? 'client' : 'firm'
  if (side === 'firm' && source === '' && steps.some(({ act }) => act !== 'removed')) {
    throw new Invalid({ source: 'Say where these words come from, such as “System description, draft of Sep 3, sent by Joel Castellanos”.' })
  }
  for (const { subject, act, entry, content } of steps) {
    if (subject.noun === 'fact' && isLocked(side, subject.kind, entry?.side ?? null)) {
      if (entry === null) throw new Forbidden('This part of the description is the auditor’s to write.')
      throw new Refused('The client wrote this part of its description, so only the client changes it.')
    }
    if (subject.noun !== 'fact' && isLocked(side, null, entry?.side ?? null)) throw new Refused('The client wrote this part of its description, so only the client changes it.')
    const said = scope.side === 'client' ? '' : source
    if (act === 'changed') await updateEntry(trx, scope, subject, entry!.id, content, said)
    if (act === 'removed') await deleteEntry(trx, scope, subject, entry!.id)
    const id = act === 'added' ? await insertEntry(trx, scope, subject, content, said) : entry!.id
    const detail = { text: content.text, source: said, ...organization === undefined ? {} : { name: organization } }
    if (subject.noun === 'fact') events.push({ kind: 'fact.written', facts: { factId: id, about: subject.kind, act }, detail })
    else if (subject.noun === 'cuec') events.push({ kind: 'cuec.written', facts: { cuecId: id, act, criteria: content.criteria }, detail })
    else events.push({ kind: 'csoc.written', facts: { csocId: id, subserviceId: subject.subserviceId, act, criteria: content.criteria }, detail })
  }
  return events
}

/** The typed entry as it would be written; undefined where something of it is wrong, which `wrong` then says by field. */
function contentOf({ key, text, criteria, on }: Typed, subject: Subject, scope: EngagementScope, wrong: Record<string, string>): EntryContent | undefined {
  const ids = subject.noun === 'fact' ? [] : parseCriteria(criteria)
  const problem = subject.noun === 'fact' ? null : criteriaProblem(ids, scope.engagement.categories)
  const dated = subject.noun === 'fact' && factWords[subject.kind].dated && on !== ''
  const before = Object.keys(wrong).length
  if (text === '') wrong[`text-${key}`] = 'Write what it is, or tick Remove.'
  if (text.length > 5000) wrong[`text-${key}`] = 'An entry has at most 5,000 characters.'
  if (problem !== null) wrong[`criteria-${key}`] = problem
  if (dated && !isDay(on)) wrong[`on-${key}`] = 'Enter the date as year-month-day, such as 2026-03-14.'
  return Object.keys(wrong).length > before ? undefined : { text, criteria: ids, on: dated ? on : null }
}

function subjectOf(kind: 'cuec' | FactKind): Subject {
  return kind === 'cuec' ? { noun: 'cuec' } : { noun: 'fact', kind }
}

async function declare(trx: Tx, scope: EngagementScope, subjects: readonly Subject[], none: Readonly<Partial<Record<NoneSubject, boolean>>>): Promise<TrailEvent[]> {
  const events: TrailEvent[] = []
  const before = await listNone(trx, scope)
  for (const [name, on] of Object.entries(none)) {
    const subject = name as NoneSubject
    const of = subjects.find((one) => (one.noun === 'fact' ? one.kind : one.noun) === subject)
    const count = subject === 'subservice' ? (await listSubservices(trx, scope)).length : of ? (await entriesOf(trx, scope, of)).length : 0
    if (on && count > 0) throw new Invalid({ [`none-${subject}`]: 'Something is entered here. Remove it, or leave this unticked.' })
    if (on === before.includes(subject)) continue
    await declareNone(trx, scope, subject, on)
    events.push({ kind: 'none.declared', facts: { subject, on } })
  }
  return events
}

async function withdrawNone(trx: Tx, scope: EngagementScope, subject: NoneSubject, events: TrailEvent[]): Promise<void> {
  if (!(await listNone(trx, scope)).includes(subject)) return
  await declareNone(trx, scope, subject, false)
  events.push({ kind: 'none.declared', facts: { subject, on: false } })
}

async function entriesOf(trx: Tx, scope: EngagementScope, subject: Subject): Promise<Entry[]> {
  if (subject.noun === 'fact') return await listFacts(trx, scope, [subject.kind])
  if (subject.noun === 'cuec') return await listCuecs(trx, scope)
  return subject.subserviceId === '' ? [] : await listCsocs(trx, scope, subject.subserviceId)
}

function changedFields(before: SubserviceFields, after: SubserviceFields): string[] {
  const names = { name: 'name', service: 'service', method: 'method', criteria: 'criteria', monitorId: 'monitoring control' } as const
  return (Object.keys(names) as (keyof SubserviceFields)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).map((key) => names[key])
}
