import { drawNumber, populationNumber } from '../populations/rules.ts'
import type { EngagementFacts } from '../scope.ts'
import { latenessOf } from '../testing/rules.ts'
import type { EditedText, LineInput } from './assemble.ts'
import { readException, writeMoment } from './exceptions-input.ts'
import { readCells, readCounts } from './grid-input.ts'
import type { ReadDraw, ReadPopulation, Signature } from './reading.ts'
import type { DrawRow, LineRow, PopulationRow, Snapshot } from './store.ts'

/** Every test line with the id of its control, with its cells or, in an outline, with their counts. */
export function readLines(snapshot: Snapshot, engagement: Pick<EngagementFacts, 'periodStart' | 'periodEnd'>): { control: string, line: LineInput }[] {
  const { grid, tallies } = snapshot
  const [procedures, attributes, signatures, exceptions, edits, notes] = [byLine(snapshot.procedures), byLine(snapshot.attributes), byLine(snapshot.signatures), byLine(snapshot.exceptions), byLine(snapshot.edits), byLine(snapshot.notes)]
  const cells = grid && readCells(grid)
  const counts = tallies && readCounts(tallies)
  return snapshot.lines.map((row) => {
    const deviating = (cells ? cells.deviating(row.id) : counts!.deviating(row.id)).map(latenessOf)
    const signed = (kind: 'prepared' | 'reviewed' | 'partner') => signatureOf(signatures.get(row.id)?.find((one) => one.kind === kind))
    const edited = (part: 'test' | 'result') => editOf(edits.get(row.id)?.find((one) => one.part === part))
    const letters = (attributes.get(row.id) ?? []).map(({ letter }) => letter)
    return {
      control: row.control,
      line: {
        ...factsOf(row, engagement),
        procedures: (procedures.get(row.id) ?? []).map(({ nature, text }) => ({ nature, text })),
        attributes: (attributes.get(row.id) ?? []).map(({ letter, question, expected, clause, problem }) => ({ letter, question, expected, clause, problem })),
        ...cells ? { items: cells.items(row.id), cells: cells.of(row.id) } : { items: [], cells: [], counted: counts!.of(row.id, letters) },
        exceptions: (exceptions.get(row.id) ?? []).map((found) => readException(found, deviating)),
        notes: (notes.get(row.id) ?? []).map(({ number, status, text, name }) => ({ number, state: status, by: name, text })),
        edited: { test: edited('test'), result: edited('result') },
        prepared: signed('prepared'), reviewed: signed('reviewed'), partner: signed('partner'),
      },
    }
  })
}

function factsOf(row: LineRow, { periodStart, periodEnd }: Pick<EngagementFacts, 'periodStart' | 'periodEnd'>) {
  const from = row.span_from ?? periodStart
  const to = row.span_to ?? periodEnd
  return {
    sequence: row.sequence, title: row.title, kind: row.kind, wordingVersion: row.wording_version, itemNoun: row.item_noun, conclusion: row.conclusion, retestOf: row.retest_of,
    span: (row.span_from ?? row.span_to) !== null && from !== null && to !== null ? { from, to } : null,
    significant: row.significant, interim: row.interim_on === null ? null : { on: row.interim_on, covered: row.rollforward },
    noOccurrence: row.no_occurrence ? { event: row.event, procedure: row.corroboration } : null,
    population: row.population && readPopulation(row.population), draw: row.draw && readDraw(row.draw),
  }
}

function readPopulation(row: PopulationRow): ReadPopulation {
  return {
    number: populationNumber(row.number), name: row.name, size: row.in_scope_count ?? 0, source: row.source_system, query: row.query,
    declared: row.declared_count, rows: row.row_count, sha256: row.sha256,
  }
}

function readDraw(row: DrawRow): ReadDraw {
  return {
    number: drawNumber(row.number), method: row.method, algorithm: row.algorithm, seed: row.seed, size: row.size, populationSize: row.population_size,
    keysSha256: row.keys_sha256, fileSha256: row.file_sha256, reason: row.reason, strata: row.strata ?? [], steps: row.steps,
  }
}

function signatureOf(row: { name: string, at: string } | undefined): Signature | null {
  return row ? { name: row.name, at: writeMoment(row.at) } : null
}

function editOf(row: Snapshot['edits'][number] | undefined): EditedText | null {
  return row?.text ? { text: row.text, version: row.version, by: row.name, at: writeMoment(row.at) } : null
}

function byLine<T extends { line: string | null }>(rows: readonly T[]): Map<string | null, T[]> {
  return Map.groupBy(rows, ({ line }) => line)
}
