import { type Category, orderCriteria } from '../controls/criteria.ts'
import { usual } from '../marks/rules.ts'
import type { EngagementFacts } from '../scope.ts'
import type { MatrixInput } from './assemble.ts'
import { readLines } from './lines-input.ts'
import { readException, writeMoment } from './exceptions-input.ts'
import type { ReadDesign, ReadEngagement } from './reading.ts'
import type { Snapshot } from './store.ts'

/** The rows of the tables as `assemble` takes them; `exporter` and the version are set when the reading is exported. */
export function inputOf(snapshot: Snapshot, engagement: EngagementFacts): MatrixInput {
  const lines = Map.groupBy(readLines(snapshot, engagement), ({ control }) => control)
  return {
    stamp: { version: 0, generatedAt: writeMoment(snapshot.at), exporter: '' },
    draft: true,
    engagement: readEngagement(engagement),
    ...snapshot.layout ? { layout: snapshot.layout } : {},
    legend: [...usual, ...snapshot.tickmarks.filter(({ symbol }) => !usual.some((mark) => mark.symbol === symbol))].map((mark) => ({ ...mark })),
    subservices: snapshot.subservices.map((one) => ({ ...one, criteria: orderCriteria(one.criteria) })),
    csocs: snapshot.csocs.map((one) => ({ ...one, criteria: orderCriteria(one.criteria) })),
    cuecs: snapshot.cuecs.map((one) => ({ ...one, organization: '', criteria: orderCriteria(one.criteria) })),
    notApplicable: snapshot.exclusions, assumed: snapshot.assumed,
    criterionExceptions: snapshot.exceptions.flatMap((row) => (row.criterion === null ? [] : [{ criterion: row.criterion, exception: readException(row, []) }])),
    controls: snapshot.controls.map((row) => ({
      number: row.number, ownerTitle: row.owner_title, wording: row.text, wordingVersion: row.wording_version, wordingConfirmed: row.confirmed,
      criteria: row.criteria, design: readDesign(row.design), testLines: (lines.get(row.id) ?? []).map(({ line }) => line),
    })),
  }
}

function readEngagement({ client, system, firm, type, asOf, periodStart, periodEnd, zone, categories }: EngagementFacts): ReadEngagement {
  return { client, system, firm, type, asOf, from: periodStart, to: periodEnd, zone, categories: [...categories] as Category[] }
}

function readDesign(row: Snapshot['controls'][number]['design']): ReadDesign | null {
  const signed = (one: { name: string, at: string } | null) => one && { name: one.name, at: writeMoment(one.at) }
  return row && { conclusion: row.conclusion, wordingVersion: row.wording_version, prepared: signed(row.prepared), reviewed: signed(row.reviewed) }
}
