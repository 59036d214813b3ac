import type { Site } from '../access/site.ts'
import { lockControl } from '../controls/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { Frequency } from '../database/schema/controls.ts'
import type { Conclusion, LineKind, SignatureKind } from '../database/schema/testing.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import { may } from '../access/policy.ts'
import { parseNumber, populationNumber } from '../populations/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import type { Reference } from './actions.ts'
import { listDrawn, listPopulationsOf, listUsedLetters } from './grid-store.ts'
import { clauseIn, faultsOfSpan } from './lines.ts'
import { obstacles, refuseClosed, refuseConclusion, refuseSignature, testReference } from './rules.ts'
import { standingOf } from './standing.ts'
import { countOpenNotes } from './notes-store.ts'
import { findLine, insertLine, insertSignOff, listAttributes, listCells, listCitations, listProcedures, listSignOffs, reopenLine, updateLine, writeAttributes, writeProcedures, type Attribute, type LineRow, type Procedure } from './store.ts'

/** What a line is to do. What is left out is as it stands, or for a new line: a sample of the whole period. */
export type Plan = {
  readonly title: string
  readonly itemNoun: string
  readonly procedures: readonly Procedure[]
  readonly attributes: readonly Attribute[]
  readonly kind?: LineKind
  readonly frequency?: Frequency | null
  readonly spanFrom?: string | null
  readonly spanTo?: string | null
  readonly interimOn?: string | null
}

/** Plans a test of a control's present wording and returns its reference. */
export async function planLine(site: Site, scope: EngagementScope, control: string, plan: Plan): Promise<string> {
  return await inScope(site.db, scope, async (trx) => {
    refuseClosed(scope.engagement.phase)
    const { id: controlId, number, wording } = await lockControl(trx, scope, control)
    refusePlan(scope, wording, plan)
    const line = await insertLine(trx, scope, { controlId, title: plan.title, itemNoun: plan.itemNoun })
    await writeProcedures(trx, scope, line.id, plan.procedures)
    await writeAttributes(trx, scope, line.id, withClauses(wording, plan.attributes))
    const told = toldOf(plan)
    if (Object.keys(told).length > 0) await updateLine(trx, scope, line.id, told)
    const reference = testReference(number, line.sequence)
    await record(trx, scope, { kind: 'test.planned', facts: { testLineId: line.id, reference, controlWordingVersion: line.wordingVersion }, detail: { ...plan } })
    return reference
  })
}

/** Changes the plan; false when somebody else changed the line since `version`. An attribute with results stays. */
export async function changePlan(site: Site, scope: EngagementScope, place: Reference, version: number, plan: Plan): Promise<boolean> {
  return await inScope(site.db, scope, async (trx) => {
    const line = await lock(trx, scope, place)
    if (line.version !== version) return false
    const before = { procedures: await listProcedures(trx, scope, line.id), attributes: await listAttributes(trx, scope, line.id) }
    const kept = new Set(plan.attributes.map(({ letter }) => letter))
    const lost = (await listUsedLetters(trx, scope, line.id)).filter((letter) => !kept.has(letter))
    if (lost.length > 0) throw new Invalid(Object.fromEntries(lost.map((letter) => [`question-${letter}`, `Attribute ${letter} has results, so it cannot be removed. Reword it, or set its results back and leave it out of the next test.`])))
    refusePlan(scope, line.wording, plan)
    await refuseKind(trx, scope, line, plan.kind ?? line.kind)
    const fields = changedFields(line, before, plan)
    if (fields.length === 0) return true
    await writeProcedures(trx, scope, line.id, plan.procedures)
    await writeAttributes(trx, scope, line.id, withClauses(line.wording, plan.attributes))
    const moved = plan.interimOn !== undefined && plan.interimOn !== line.interim_on
    await updateLine(trx, scope, line.id, {
      title: plan.title, item_noun: plan.itemNoun, ...toldOf(plan), ...moved ? { rollforward: '', rollforward_result: null, rollforward_on: null, rollforward_request_id: null } : {},
    })
    await record(trx, scope, changed(line, fields, { ...plan }), ...await reopenLine(trx, scope, line, `The plan was changed: ${fields.join(', ')}`))
    return true
  })
}

/** Tests the control's present wording from now on. */
export async function testNewWording(site: Site, scope: EngagementScope, place: Reference): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const line = await lock(trx, scope, place)
    const version = line.current_wording_version
    if (line.control_wording_version === version) return
    await updateLine(trx, scope, line.id, { control_wording_version: version })
    await record(trx, scope, changed(line, ['wording'], { from: line.control_wording_version, to: version }),
      ...await reopenLine(trx, scope, line, `Wording version ${version} is tested instead of version ${line.control_wording_version}`))
  })
}

/** `population` is its number as written: 'POP-09'. */
export type NoOccurrence = { readonly population: string, readonly event: string, readonly corroboration: string }

/** Records that nothing occurred on which the control could act: domain 5.7. The population must be accepted and hold no row in scope. */
export async function recordNoOccurrence(site: Site, scope: EngagementScope, place: Reference, said: NoOccurrence): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const line = await lock(trx, scope, place)
    if (line.draw_id !== null) throw new Refused('Items are drawn for this test, so the control had occasions to operate.')
    const named = parseNumber('POP', said.population)
    const population = (await listPopulationsOf(trx, scope, line.control_id)).find((one) => one.number === named)
    if (!population) throw new Invalid({ population: `${said.population} answers no request for ${line.control_number}.` })
    const number = populationNumber(population.number)
    if (!['accepted', 'locked'].includes(population.status)) throw new Refused(`${number} is ${population.status}. Accept it first, with what corroborates that it is empty.`)
    if (population.in_scope_count !== 0) throw new Refused(`${number} has ${population.in_scope_count} ${population.in_scope_count === 1 ? 'row' : 'rows'} in scope, so the control had occasions to operate. Draw from it.`)
    const reopened = await reopenLine(trx, scope, line, 'Recorded that nothing occurred')
    const rest = obstacles({ ...await standing(trx, scope, line), noOccurrence: true })
    const conclusion = rest.length === 0 ? 'not_tested_no_occurrence' : null
    await updateLine(trx, scope, line.id, { no_occurrence: true, population_id: population.id, event: said.event, corroboration: said.corroboration, conclusion })
    const facts = { testLineId: line.id, reference: testReference(line.control_number, line.sequence) }
    await record(trx, scope, ...reopened, { kind: 'test.no_occurrence', facts: { ...facts, populationId: population.id }, detail: { event: said.event, corroboration: said.corroboration } },
      ...conclusion ? [{ kind: 'test.concluded', facts: { ...facts, conclusion } } as const] : [])
  })
}

/** Writes the auditor's conclusion; it must not contradict the cells. A different one voids the signatures on the last. */
export async function conclude(site: Site, scope: EngagementScope, place: Reference, conclusion: Conclusion): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const line = await lock(trx, scope, place)
    refuseConclusion(await standing(trx, scope, line), conclusion)
    if (line.conclusion === conclusion) return
    const reopened = await reopenLine(trx, scope, line, `The conclusion was changed to ${conclusion.replaceAll('_', ' ')}`)
    await updateLine(trx, scope, line.id, { conclusion })
    await record(trx, scope, ...reopened, { kind: 'test.concluded', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), conclusion } })
  })
}

/**
 * Signs the line as it stands, as preparer, as a different person of senior rank who reviewed it or, on a significant matter, as partner. `version` is the one
 * the person was looking at; null signs whatever stands.
 */
export async function sign(site: Site, scope: EngagementScope, place: Reference, kind: SignatureKind, version: number | null = null): Promise<void> {
  if (kind === 'partner' && scope.role !== 'partner') throw new Forbidden('A significant matter is signed by the partner.')
  if (!may(scope.role, kind === 'prepared' ? 'test.prepare' : 'test.review')) throw new Forbidden('A review is signed by a senior, a manager or the partner.')
  await inScope(site.db, scope, async (trx) => {
    const line = await lock(trx, scope, place)
    if (version !== null && version !== line.version) throw new Refused('This test was changed while you were looking at it. Look at it again before you sign.')
    const signed = (await listSignOffs(trx, scope, line.id)).filter(({ voided_at: voided }) => voided === null)
    refuseSignature(await standing(trx, scope, line), signed.map((one) => ({ kind: one.kind, personId: one.person_id })), { kind, personId: personOf(scope)!, role: scope.role })
    await insertSignOff(trx, scope, line, kind)
    await record(trx, scope, { kind: 'test.signed', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), kind, version: line.version } })
  })
}

async function lock(trx: Tx, scope: EngagementScope, { control, sequence }: Reference): Promise<LineRow> {
  refuseClosed(scope.engagement.phase)
  return await findLine(trx, scope, control, sequence, true)
}

async function standing(trx: Tx, scope: EngagementScope, line: LineRow) {
  return standingOf(line, {
    procedures: await listProcedures(trx, scope, line.id), attributes: await listAttributes(trx, scope, line.id),
    items: await listDrawn(trx, scope, line),
    cells: await listCells(trx, scope, line.id), citations: await listCitations(trx, scope, line.id), openNotes: (await countOpenNotes(trx, scope)).get(line.id) ?? 0,
  })
}

function changedFields(line: LineRow, before: { procedures: readonly Procedure[], attributes: readonly Attribute[] }, plan: Plan): string[] {
  const procedures = (list: readonly Procedure[]) => JSON.stringify(list.map(({ nature, text }) => [nature, text]))
  const letters = new Set([...before.attributes, ...plan.attributes].map(({ letter }) => letter))
  const attribute = (list: readonly Attribute[], letter: string) => JSON.stringify(list.filter((one) => one.letter === letter).map(({ question, expected, clause = '', problem = '' }) => [question, expected, clause, problem]))
  const told = toldOf(plan)
  return [
    ...(Object.keys(told) as (keyof typeof told)[]).filter((name) => told[name] !== line[name]),
    ...line.title === plan.title ? [] : ['title'],
    ...line.item_noun === plan.itemNoun ? [] : ['item_noun'],
    ...procedures(before.procedures) === procedures(plan.procedures) ? [] : ['procedures'],
    ...[...letters].toSorted().filter((letter) => attribute(before.attributes, letter) !== attribute(plan.attributes, letter)).map((letter) => `attribute ${letter}`),
  ]
}

/** The columns of a line that a plan says something of. */
function toldOf({ kind, frequency, spanFrom, spanTo, interimOn }: Plan) {
  return {
    ...kind === undefined ? {} : { kind }, ...frequency === undefined ? {} : { frequency }, ...spanFrom === undefined ? {} : { span_from: spanFrom },
    ...spanTo === undefined ? {} : { span_to: spanTo }, ...interimOn === undefined ? {} : { interim_on: interimOn },
  }
}

function refusePlan(scope: EngagementScope, wording: string, { spanFrom: from = null, spanTo: to = null, interimOn: interim = null, attributes }: Plan): void {
  const wrong = faultsOfSpan({ from, to, interim }, { from: scope.engagement.periodStart, to: scope.engagement.periodEnd })
  for (const { letter, clause = '' } of attributes) {
    if (clause !== '' && clauseIn(wording, clause) === null) wrong[`clause-${letter}`] = `The control does not say “${clause}”. Take the clause from its wording.`
  }
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
}

function withClauses(wording: string, attributes: readonly Attribute[]): Attribute[] {
  return attributes.map((attribute) => ({ ...attribute, clause: clauseIn(wording, attribute.clause ?? '') ?? '' }))
}

// Items belong to the kind they were drawn or entered for.
async function refuseKind(trx: Tx, scope: EngagementScope, line: LineRow, kind: LineKind): Promise<void> {
  if (kind === line.kind) return
  if (line.draw_id !== null) throw new Invalid({ kind: 'Items are drawn for this test, so it stays a test of them. Plan another test beside it.' })
  if (line.no_occurrence) throw new Invalid({ kind: 'It is recorded that nothing occurred, so this stays a test of a population.' })
  if ((await listDrawn(trx, scope, line)).length > 0) throw new Invalid({ kind: 'Items are entered for this test. Take them back first, or plan another test beside it.' })
}

function changed(line: LineRow, fields: readonly string[], detail: Record<string, unknown>): TrailEvent {
  return { kind: 'test.changed', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), fields }, detail }
}
