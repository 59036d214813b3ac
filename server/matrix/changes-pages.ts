import type { EngagementScope } from '../scope.ts'
import { hrefOf } from './addresses.ts'
import { compare, type Change, type ChangedThing } from './compare.ts'
import type { listExports } from './exports-store.ts'
import type { Reading } from './reading.ts'

type Side = { readonly label: string, readonly href: string, readonly at: Date | string, readonly hash: string | null }
type ThingView = { readonly id: string, readonly href: string | null, readonly state: ChangedThing['state'], readonly changes: readonly Change[] }

declare module '../web/view.ts' {
  interface Pages {
    'matrix/changes': {
      base: string
      here: string
      zone: string
      before: Side
      after: Side
      same: boolean
      total: number
      groups: readonly { readonly word: string, readonly things: readonly ThingView[] }[]
      versions: readonly { readonly value: string, readonly label: string }[]
      since: string
      to: string
    }
  }
}

const words: Readonly<Record<ChangedThing['kind'], string>> = {
  engagement: 'Engagement', criterion: 'Criteria', control: 'Controls', test: 'Tests', exception: 'Exceptions', others: 'Controls of others', gate: 'Gate to the final report',
}

/** A kept version, or the matrix as it stands: then `number` is null. */
export type Compared = { readonly number: number | null, readonly draft: boolean, readonly at: Date | string, readonly hash: string | null, readonly reading: Reading }

/** What reads differently in the second of two versions. */
export function changesPage(scope: EngagementScope, before: Compared, after: Compared, kept: Awaited<ReturnType<typeof listExports>>) {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/matrix/changes`
  const found = compare(before.reading, after.reading)
  return {
    title: `Changes since ${sideOf(before, base).label}`, tab: 'matrix' as const, frame: 'center' as const, base, here, zone: scope.engagement.zone,
    before: sideOf(before, base), after: sideOf(after, base), total: found.length,
    same: found.length === 0,
    groups: [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, things]) => ({
      word: words[kind], things: things.map(({ id, state, changes }): ThingView => ({ id, state, changes, href: hrefTo(kind, id, base) })),
    })),
    versions: [...kept.map(({ number, draft }) => ({ value: String(number), label: labelOf(number, draft) })), { value: '', label: 'As it stands now' }],
    since: String(before.number ?? ''), to: String(after.number ?? ''),
  }
}

function sideOf({ number, draft, at, hash }: Compared, base: string): Side {
  return number === null ? { label: 'the matrix as it stands', href: `${base}/matrix`, at, hash } : { label: labelOf(number, draft), href: `${base}/matrix/exports/${number}`, at, hash }
}

function labelOf(number: number, draft: boolean): string {
  return `${draft ? 'Draft' : 'Final'} ${number}`
}

function hrefTo(kind: ChangedThing['kind'], id: string, base: string): string | null {
  if (kind === 'criterion') return `${base}/matrix#${id}`
  const folder = { control: 'controls', test: 'testing', exception: 'exceptions', engagement: null, others: null, gate: null }[kind]
  return folder && hrefOf(base, folder, id)
}
