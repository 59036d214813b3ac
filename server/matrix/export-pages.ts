import { writeSpan } from '../engagements/calendar.ts'
import type { EngagementScope } from '../scope.ts'
import { number } from '../web/helpers.ts'
import { testedItems } from './columns.ts'
import { tallyOf } from './filter.ts'
import type { findExport } from './exports-store.ts'
import { formats } from './formats.ts'
import { openReading } from './kept.ts'
import { listExceptions } from './layout.ts'

declare module '../web/view.ts' {
  interface Pages {
    'matrix/export': ExportPage
  }
}

type ExportPage = {
  base: string
  zone: string
  label: string
  draft: boolean
  type: 1 | 2
  at: Date
  exporter: string
  hash: string
  span: string
  counts: readonly { word: string, count: number }[]
  tally: readonly { word: string, count: number }[]
  changes: string
  files: readonly { href: string, name: string, word: string, use: string }[]
}

/** What one export holds and its files, told from the reading that was frozen. */
export function exportPage(scope: EngagementScope, kept: Awaited<ReturnType<typeof findExport>>) {
  const base = `/engagements/${scope.engagement.id}`
  const reading = openReading(kept.reading)
  const lines = reading.controls.flatMap(({ testLines }) => testLines)
  const label = labelFor(kept)
  const tests = reading.engagement.type === 1 ? [] : [
    { word: 'Tests', count: lines.length },
    { word: 'Items tested', count: lines.reduce((sum, line) => sum + testedItems(line), 0) },
    { word: 'Items deviating', count: lines.reduce((sum, { counts }) => sum + counts.deviatingItems, 0) },
    { word: 'Exceptions', count: listExceptions(reading).length },
  ]
  return {
    title: label, tab: 'matrix' as const, frame: 'center' as const, base, label, zone: scope.engagement.zone, draft: kept.draft, type: reading.engagement.type,
    at: kept.exported_at, exporter: kept.exporter, hash: kept.content_sha256, span: writeSpan(scope.engagement),
    changes: `${base}/matrix/changes?since=${kept.number}`,
    counts: [{ word: 'Criteria', count: reading.criteria.length }, { word: 'Controls', count: reading.controls.length }, ...tests],
    tally: reading.engagement.type === 1 ? [] : tallyOf(reading).filter(({ count }) => count > 0).map(({ word, count }) => ({ word: `Controls: ${word.toLowerCase()}`, count })),
    files: Object.entries(formats).map(([format, { word, use }]) => ({ href: `${base}/matrix/exports/${kept.number}/matrix.${format}`, name: fileName(scope.engagement.client, kept, format), word, use })),
  }
}

/** 'PaySmart Global, Inc. - Section IV - draft 3.xlsx' */
export function fileName(client: string, { draft, number: version }: { readonly draft: boolean, readonly number: number }, format: string): string {
  return `${client} - Section IV - ${draft ? 'draft' : 'final'} ${version}.${format}`
}

function labelFor({ draft, number: version }: { draft: boolean, number: number }): string {
  return `${draft ? 'Draft' : 'Final'} ${number(version)}`
}
