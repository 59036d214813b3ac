import type { Category } from '../controls/criteria.ts'
import { exceptionNumber, readProblem } from '../exceptions/rules.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementFacts } from '../scope.ts'
import { latenessOf } from '../testing/rules.ts'
import type { CellInput, LineInput, MatrixInput } from './assemble.ts'
import { legend } from './legend.ts'
import type { ReadEngagement, ReadException, Signature } from './reading.ts'
import type { ExceptionRow, LineRow, Snapshot } from './store.ts'

/** The rows of the tables as `assemble` takes them; `exporter` and the version are set when the reading is exported. */
export function inputOf(snapshot: Snapshot, engagement: EngagementFacts): MatrixInput {
  const lines = Map.groupBy(readLines(snapshot), ({ control }) => control)
  return {
    stamp: { version: 0, generatedAt: writeMoment(snapshot.at), exporter: '' },
    draft: true,
    engagement: readEngagement(engagement),
    legend: legend.map((mark) => ({ ...mark })),
    controls: snapshot.controls.map((row) => ({
      number: row.number, ownerTitle: row.owner_title, wording: row.text, wordingVersion: row.wording_version, wordingConfirmed: row.confirmed,
      criteria: row.criteria, testLines: (lines.get(row.id) ?? []).map(({ line }) => line),
    })),
  }
}

function readEngagement({ client, system, firm, type, asOf, periodStart, periodEnd, zone, categories }: EngagementFacts): ReadEngagement {
  return { client, system, firm, type, asOf, from: periodStart, to: periodEnd, zone, categories: [...categories] as Category[] }
}

function readLines(snapshot: Snapshot): { control: string, line: LineInput }[] {
  const keys = new Map(snapshot.items.map(({ id, key }) => [id, key]))
  const items = byLine(snapshot.items)
  const files = new Map(snapshot.files.map((file) => [file.id, file]))
  const citations = Map.groupBy(snapshot.citations, ([line, item, letter]) => `${line} ${item} ${letter}`)
  const cells = Map.groupBy(snapshot.cells, ([line]) => line)
  const [procedures, attributes, signatures, exceptions] = [byLine(snapshot.procedures), byLine(snapshot.attributes), byLine(snapshot.signatures), byLine(snapshot.exceptions)]
  const cellOf = ([line, item, letter, result, note, stale]: Snapshot['cells'][number]): CellInput => ({
    item: keys.get(item) ?? item, attribute: letter, result, note, stale,
    daysLate: result === 'deviation' ? latenessOf(note)?.count ?? null : null,
    citations: writeCitations(citations.get(`${line} ${item} ${letter}`) ?? [], files),
  })
  return snapshot.lines.map((row) => {
    const standing = items.get(row.id) ?? []
    const known = new Set(standing.map(({ id }) => id))
    // What was found on an item that another stands for by now, or on those of an earlier draw, is kept but no longer counted.
    const own = (cells.get(row.id) ?? []).filter(([, item]) => known.has(item))
    const latenesses = own.filter(([, , , result]) => result === 'deviation').map(([, , , , note]) => latenessOf(note))
    const signed = (kind: 'prepared' | 'reviewed') => signatureOf(signatures.get(row.id)?.find((one) => one.kind === kind))
    return {
      control: row.control,
      line: {
        ...factsOf(row),
        procedures: (procedures.get(row.id) ?? []).map(({ nature, text }) => ({ nature, text })),
        attributes: (attributes.get(row.id) ?? []).map(({ letter, question, expected }) => ({ letter, question, expected })),
        items: standing.map(({ key, further }) => ({ key, further })),
        cells: own.map(cellOf),
        exceptions: (exceptions.get(row.id) ?? []).map((found) => readException(found, latenesses)),
        prepared: signed('prepared'), reviewed: signed('reviewed'),
      },
    }
  })
}

function factsOf(row: LineRow) {
  const { draw, population } = row
  return {
    sequence: row.sequence, title: row.title, wordingVersion: row.wording_version, itemNoun: row.item_noun, conclusion: row.conclusion,
    noOccurrence: row.no_occurrence ? { event: row.event, procedure: row.corroboration } : null,
    population: population && { number: populationNumber(population.number), name: population.name, size: population.in_scope_count ?? 0 },
    draw: draw && {
      number: drawNumber(draw.number), method: draw.method, algorithm: draw.algorithm, seed: draw.seed, size: draw.size,
      populationSize: draw.population_size, keysSha256: draw.keys_sha256, reason: draw.reason,
    },
  }
}

function readException(row: ExceptionRow, latenesses: Parameters<typeof readProblem>[1]): ReadException {
  const { number, status, cause, spread, evaluation, response } = row
  return {
    number: exceptionNumber(number), state: status, ...readProblem(row.problem, latenesses), span: null, cause, spread, evaluation,
    response: response && {
      declined: response.declined, text: response.text, remediationOn: response.remediation_on, writtenBy: response.name, writtenAt: writeMoment(response.written_at),
    },
  }
}

/** 'removals.png, R-014 version 2, row 12', in the order of request, version and file. */
function writeCitations(citations: Snapshot['citations'], files: ReadonlyMap<string, Snapshot['files'][number]>): string[] {
  return citations.map(([, , , id, place]) => ({ file: files.get(id)!, place }))
    .sort((a, b) => a.file.request - b.file.request || a.file.version - b.file.version || a.file.position - b.file.position)
    .map(({ file: { name, request, version }, place }) => `${name}, ${requestNumber(request)} version ${version}${place === '' ? '' : `, ${place}`}`)
}

function signatureOf(row: { name: string, at: string } | undefined): Signature | null {
  return row ? { name: row.name, at: writeMoment(row.at) } : null
}

function writeMoment(text: string): string {
  return new Date(text).toISOString()
}

function byLine<T extends { line: string }>(rows: readonly T[]): Map<string, T[]> {
  return Map.groupBy(rows, ({ line }) => line)
}
