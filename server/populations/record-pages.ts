import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { writeDateTime } from '../web/times.ts'
import type { DrawCard } from './draws-pages.ts'
import { dayInWords } from './period.ts'
import { keysFile } from './recipe.ts'
import { populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'
import { figure } from '../sheets/table.ts'

type Item = { readonly rank: number, readonly key: string, readonly digest: string, readonly row_number: number, readonly stratum: string | null, readonly note: string, readonly step: number | null }

/** The draw as plain text for the workpapers: what it was drawn from, how, by whom, what came out, and how to do it again. */
export function drawRecord(scope: EngagementScope, population: PopulationRow, draw: DrawCard, items: readonly Item[]): string {
  const { engagement } = scope
  const lines = [
    `Draw ${draw.number} from ${populationNumber(population.number)} ${population.name}`,
    '',
    ...facts([
      ['Client', engagement.client],
      ['System', engagement.system],
      ['Service auditor', engagement.firm],
      ['Period', periodOf(scope)],
    ]),
    '',
    'Population',
    ...facts([
      ['One row is', population.occurrence],
      ['From', population.request_number === null ? 'the calendar of the period' : `${requestNumber(population.request_number)} version ${population.submission_number}`],
      ['Source system', population.source_system],
      ['Query', population.query],
      ['File', population.file_name],
      [population.source === 'calendar' ? 'Items SHA-256' : 'File SHA-256', draw.fileSha256],
      ['Key column', population.key_column ?? ''],
      ['Date column', `${population.date_column ?? ''}: ${population.date_meaning}`],
      ['Rows in the file', figure(population.row_count ?? 0)],
      ['Rows in scope', figure(population.in_scope_count ?? 0)],
      ['Declared rows', population.declared_count === null ? 'none' : figure(population.declared_count)],
      ['Accepted', population.accepted_at === null ? '' : `${writeDateTime(population.accepted_at, engagement.zone)}, ${population.accepter ?? ''}`],
    ]),
    '',
    'Draw',
    ...facts([
      ['Filter', draw.filter ?? 'none: every row in scope'],
      ['Keys', `${figure(draw.populationSize)} in ${keysFile}: one a line, UTF-8, untrimmed, each ended by LF, in file order`],
      ['Keys SHA-256', draw.keysSha256],
      ['Method', draw.methodWord],
      ['Divided by', draw.stratumColumn ?? ''],
      ['Parts', draw.strata.map(({ name, size, drawn }) => `${name === '' ? '(blank)' : name}: ${figure(drawn)} of ${figure(size)}`).join('; ')],
      ['Order', `${draw.algorithm}: ascending lower-case hexadecimal SHA-256 of seed:key in UTF-8`],
      ['Seed', draw.seed],
      ['Size', `${figure(draw.size)} of ${figure(draw.populationSize)}`],
      ['Reason', draw.reason],
      ['Tests', draw.tests.map(({ reference }) => reference).join(', ')],
      ['Second draw', draw.secondReason],
      ['Sample requests', draw.requests.length === 0 ? 'none: the list itself is the evidence' : draw.requests.map(({ number }) => number).join(', ')],
      ['Drawn', `${writeDateTime(draw.drawnAt, engagement.zone)}, ${draw.drawer}`],
    ]),
    '',
    ...draw.shell === '' ? ['The auditor picked these items; no seed tells them.', ''] : [`Do it again: in a folder with ${keysFile}${draw.method === 'stratified' ? ' and strata.txt' : ''}, these lines print the keys drawn, in order`, ...draw.shell.split('\n').map((line) => `  ${line}`), ''],
    ...draw.steps.flatMap(({ number, words, ground, reason, at, by }) => [`Step ${number}: ${words}. ${ground}. ${reason} (${writeDateTime(at, engagement.zone)}, ${by})`]),
    ...draw.steps.length > 0 ? ['Later items follow in the same order: ascending SHA-256 of seed:key of what was not yet drawn', ''] : [],
    'Items: rank, digest, row of the file, key, and what is noted of it',
    ...items.map(({ rank, digest, row_number: row, key, stratum, note, step }) => [rank, digest, row, key, ...[stratum === null ? '' : `part ${stratum}`, note, step === null ? '' : `step ${step}`].filter(Boolean)].join('\t')),
  ]
  return `${lines.join('\n')}\n`
}

function facts(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(18)}${value.replaceAll(/\s*\r?\n\s*/g, ' ')}`)
}

function periodOf({ engagement: { asOf, periodStart, periodEnd, zone } }: EngagementScope): string {
  if (asOf !== null) return `as of ${dayInWords(asOf)} (${zone})`
  return `from ${dayInWords(periodStart!)} 00:00 until the end of ${dayInWords(periodEnd!)} (${zone})`
}
