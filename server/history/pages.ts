import type { Tx } from '../database/connect.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import type { EventKind, TrailEvent } from '../trail/events.ts'
import { FIRM_LOG } from '../trail/record.ts'
import { flaw, type StoredEntry } from '../trail/verify.ts'
import { plural } from '../web/helpers.ts'
import { eventKinds, isEventKind, tell } from './sentences-pages.ts'
import { findSize, findSubject, listActors, listEntries, listNames } from './store.ts'

type Entry = { readonly sequence: number, readonly at: Date, readonly who: string, readonly how: string, readonly sentence: string, readonly address: string, readonly leaf: string, readonly text: string, readonly detail: string, readonly flaw: string | null }
type Option = { readonly value: string, readonly label: string, readonly selected: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'history/list': {
      heading: string
      action: string
      zone: string
      size: number
      entries: readonly Entry[]
      flaws: readonly { sequence: number, why: string }[]
      /** Whether entries are missing where this page should show them; not known while something is filtered. */
      gaps: boolean
      words: string
      kinds: readonly { noun: string, whole: Option, kinds: readonly Option[] }[]
      people: readonly Option[]
      about: string
      unknownAbout: boolean
      filtered: boolean
      newest: string | null
      older: string | null
      inside: boolean
    }
  }
}

export type TrailQuery = { readonly before: number | null, readonly kind: string, readonly person: string, readonly about: string }

const SIZE = 50

/** The engagement's trail, newest first. */
export async function trailPage(trx: Tx, scope: EngagementScope, query: TrailQuery) {
  return {
    ...await logPage(trx, { log: scope.engagement.id, engagementId: scope.engagement.id, action: `/engagements/${scope.engagement.id}/trail`, zone: scope.engagement.zone }, query),
    title: 'Trail', heading: 'Trail', tab: 'trail' as const,
  }
}

/** The firm's own log: accounts, invitations, sign-ins. */
export async function firmTrailPage(trx: Tx, _scope: PersonScope, query: TrailQuery) {
  return { ...await logPage(trx, { log: FIRM_LOG, engagementId: null, action: '/trail', zone: 'UTC' }, query), title: 'Firm trail', heading: 'Trail of the firm' }
}

type Log = { readonly log: string, readonly engagementId: string | null, readonly action: string, readonly zone: string }

async function logPage(trx: Tx, { log, engagementId, action, zone }: Log, query: TrailQuery) {
  const subject = query.about === '' || engagementId === null ? null : await findSubject(trx, engagementId, query.about)
  const unknownAbout = query.about !== '' && subject === null
  // Read before the entries, so that one written in between is not taken for a gap.
  const size = await findSize(trx, log)
  const filter = { before: query.before, kind: query.kind, personId: query.person === '' ? null : query.person, about: subject }
  const found = unknownAbout ? [] : await listEntries(trx, log, filter, SIZE + 1)
  const shown = found.slice(0, SIZE)
  const names = await listNames(trx, engagementId, [...new Set(shown.flatMap(({ event }) => event.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []))])
  const entries = shown.map((entry) => entryOf(entry, names))
  const filtered = query.kind !== '' || query.person !== '' || query.about !== ''
  const flaws = entries.flatMap(({ sequence, flaw }) => flaw === null ? [] : [{ sequence, why: flaw }])
  return {
    action, zone, size, entries, flaws, filtered,
    gaps: !filtered && hasGaps(entries.map(({ sequence }) => sequence), query.before ?? size, found.length > SIZE),
    words: plural(entries.length, 'entry', 'entries'),
    kinds: kindChoices(query.kind, engagementId !== null),
    people: (await listActors(trx, log)).map(({ id, name }) => ({ value: id, label: name, selected: id === query.person })),
    about: query.about, unknownAbout, inside: engagementId !== null,
    newest: query.before === null ? null : address(action, { ...query, before: null }),
    older: found.length > SIZE ? address(action, { ...query, before: shown.at(-1)?.sequence ?? null }) : null,
  }
}

/** Whether entries are missing among `sequences`, descending, before `end`, or after the last of them where none is left out. */
function hasGaps(sequences: readonly number[], end: number, more: boolean): boolean {
  return (sequences[0] ?? -1) < end - 1
    || sequences.some((sequence, index) => index > 0 && sequences[index - 1] !== sequence + 1)
    || (!more && (sequences.at(-1) ?? 0) !== 0)
}

function entryOf(entry: StoredEntry, names: ReadonlyMap<string, string>): Entry {
  const said = JSON.parse(entry.event) as { facts: unknown, by: { person?: string, link?: string, job?: string } }
  const detail = entry.detail === null ? {} : JSON.parse(entry.detail) as Record<string, unknown>
  const { actor, address } = detail
  return {
    sequence: entry.sequence, at: entry.at,
    who: typeof actor === 'string' && actor !== '' ? actor : 'Somebody',
    how: said.by.link === undefined ? said.by.job === undefined ? '' : 'the program' : 'by answer link',
    sentence: sentence(entry.kind, said.facts, (id) => names.get(id) ?? 'something no longer here', detail),
    address: typeof address === 'string' ? address : '', leaf: entry.leaf.toString('hex'),
    text: entry.event, detail: entry.detail ?? '', flaw: flaw(entry),
  }
}

function sentence(kind: string, facts: unknown, name: (id: string) => string, detail: Record<string, unknown>): string {
  return isEventKind(kind) ? tell(kind, facts as Extract<TrailEvent, { kind: EventKind }>['facts'] as never, name, detail) : kind
}

const nouns: readonly (readonly [string, string])[] = [
  ['account', 'Accounts'], ['client', 'Clients'], ['policy', 'Policies of the firm'], ['engagement', 'Engagement'], ['member', 'Team'], ['phase', 'Phase'], ['record', 'Records'], ['closing', 'Report dates'], ['addition', 'Additions after the lock'], ['control', 'Controls'], ['request', 'Requests'], ['link', 'Answer links'],
  ['thread', 'Threads'], ['meeting', 'Meetings'], ['evidence', 'Evidence'], ['population', 'Populations'], ['sample', 'Samples'], ['test', 'Tests'], ['result', 'Results'], ['exception', 'Exceptions'], ['opinion', 'Opinion'], ['matrix', 'Matrix'],
]

function kindChoices(chosen: string, inside: boolean) {
  return nouns.filter(([noun]) => inside ? !['client', 'policy'].includes(noun) : ['account', 'client', 'policy'].includes(noun)).map(([noun, label]) => ({
    noun: label,
    whole: { value: `${noun}.`, label: `${label}: all`, selected: chosen === `${noun}.` },
    kinds: eventKinds.filter((kind) => kind.startsWith(`${noun}.`))
      .map((kind) => ({ value: kind, label: kind.slice(noun.length + 1).replaceAll('_', ' '), selected: chosen === kind })),
  }))
}

function address(action: string, { before, kind, person, about }: TrailQuery): string {
  const query = new URLSearchParams()
  if (kind !== '') query.set('kind', kind)
  if (person !== '') query.set('person', person)
  if (about !== '') query.set('about', about)
  if (before !== null) query.set('before', String(before))
  const text = query.toString()
  return text === '' ? action : `${action}?${text}`
}
