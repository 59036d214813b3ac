import type { Site } from '../access/site.ts'
import { frequencyWords } from '../controls/rules.ts'
import { listControls, lockControl, type Control } from '../controls/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { LineKind } from '../database/schema/testing.ts'
import { todayIn } from '../engagements/calendar.ts'
import { Invalid, Refused } from '../errors.ts'
import { findStanding } from '../exceptions/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import type { Reference } from './actions.ts'
import { itemWords, ownSpan, proposeLines, refuseRetest, refuseRollforward, type Proposal } from './lines.ts'
import { deleteLineItem, findLineItem, findSpan, insertLineItem, listControlSpans, listLineItems, listPapers, listPlanned, updateLineItem, type NewItem } from './lines-store.ts'
import { refuseClosed, testReference, type Nature } from './rules.ts'
import { findLine, insertLine, listAttributes, listProcedures, reopenLine, updateLine, writeAttributes, writeProcedures, type LineRow } from './store.ts'

/** What a control still wants a line for; `key` names the pair in a form: 'GV-01 annual'. */
export type Missing = { readonly control: Control, readonly proposals: readonly (Proposal & { readonly key: string, readonly title: string })[] }

/** Every control that wants a line, with a line proposed for each of its frequencies. */
export async function listMissing(trx: Tx, scope: EngagementScope): Promise<Missing[]> {
  const planned = Map.groupBy(await listPlanned(trx, scope), ({ control_id: id }) => id)
  return (await listControls(trx, scope)).flatMap((control) => {
    const proposals = proposeLines(control, (planned.get(control.id) ?? []).map(({ frequency, retest_of: of }) => ({ frequency, retest: of !== null })))
    return proposals.length === 0 ? [] : [{
      control,
      proposals: proposals.map((one) => ({ ...one, key: `${control.number} ${one.frequency ?? 'any'}`, title: control.frequencies.length > 1 && one.frequency !== null ? frequencyWords[one.frequency] : '' })),
    }]
  })
}

/** Plans the proposed lines with these keys in one act and returns their references; one that is no longer wanted is left out. */
export async function planMissing(site: Site, scope: EngagementScope, keys: readonly string[]): Promise<string[]> {
  refuseClosed(scope.engagement.phase)
  return await inScope(site.db, scope, async (trx) => {
    for (const number of new Set(keys.map((key) => key.slice(0, key.lastIndexOf(' '))))) await lockControl(trx, scope, number)
    const spans = await listControlSpans(trx, scope)
    const events: TrailEvent[] = []
    const references: string[] = []
    for (const { control, proposals } of await listMissing(trx, scope)) {
      for (const { key, kind, frequency, title, itemNoun } of proposals) {
        if (!keys.includes(key)) continue
        const line = await insertLine(trx, scope, { controlId: control.id, title, itemNoun })
        const span = ownSpan(spans.get(control.id), { from: scope.engagement.periodStart, to: scope.engagement.periodEnd })
        await updateLine(trx, scope, line.id, { kind, frequency, span_from: span.from, span_to: span.to })
        const procedures = proposeProcedures(control, kind)
        await writeProcedures(trx, scope, line.id, procedures)
        const reference = testReference(control.number, line.sequence)
        references.push(reference)
        events.push({ kind: 'test.planned', facts: { testLineId: line.id, reference, controlWordingVersion: line.wordingVersion }, detail: { kind, frequency, title, itemNoun, procedures } })
      }
    }
    if (events.length > 0) await record(trx, scope, ...events)
    return references
  })
}

// What stands in for the auditor's own words until they write them; every line has to say more before it is signed.
function proposeProcedures({ ownerTitle }: Control, kind: LineKind): { nature: Nature, text: string }[] {
  const asked = { nature: 'inquiry' as const, text: `Inquired of the ${ownerTitle || 'control owner'} how the control is performed.` }
  return [asked, kind === 'configuration' ? { nature: 'inspection', text: 'Inspected the setting and compared it with the control as worded.' } : { nature: 'inspection', text: 'Inspected the records of {sample}.' }]
}

/** Enters an item that no draw makes. */
export async function enterItem(site: Site, scope: EngagementScope, place: Reference, item: NewItem): Promise<void> {
  await onItems(site, scope, place, item, async (trx, line) => ({ itemId: await insertLineItem(trx, scope, line.id, item), act: 'entered', label: item.label }))
}

/** Corrects such an item; its results stay. */
export async function changeItem(site: Site, scope: EngagementScope, place: Reference, position: number, item: NewItem): Promise<void> {
  await onItems(site, scope, place, item, async (trx, line) => {
    const { id } = await findLineItem(trx, scope, line.id, position)
    await updateLineItem(trx, scope, id, item)
    return { itemId: id, act: 'changed', label: item.label }
  }, position)
}

/** Takes an item back that nothing was entered on. */
export async function removeItem(site: Site, scope: EngagementScope, place: Reference, position: number): Promise<void> {
  await onItems(site, scope, place, null, async (trx, line) => {
    const { id, label, used } = await findLineItem(trx, scope, line.id, position)
    if (used) throw new Refused(`${label} has results, so it stays. Say on each attribute that it does not apply, and why.`)
    await deleteLineItem(trx, scope, id)
    return { itemId: id, act: 'removed', label }
  })
}

type Done = { readonly itemId: string, readonly act: 'entered' | 'changed' | 'removed', readonly label: string }

async function onItems(site: Site, scope: EngagementScope, place: Reference, item: NewItem | null, work: (trx: Tx, line: LineRow) => Promise<Done>, position?: number): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    const reference = testReference(line.control_number, line.sequence)
    if (line.kind === 'sample') throw new Refused(`The items of ${reference} are drawn from a population.`)
    if (item) await refuseItem(trx, scope, line, item, position)
    const { label, ...done } = await work(trx, line)
    await updateLine(trx, scope, line.id, {})
    await record(trx, scope, { kind: 'test.items_changed', facts: { testLineId: line.id, reference, ...done }, detail: { label } }, ...await reopenLine(trx, scope, line, `${label} was ${done.act}`))
  })
}

async function refuseItem(trx: Tx, scope: EngagementScope, line: LineRow, item: NewItem, position?: number): Promise<void> {
  const wrong: Record<string, string> = {}
  const papers = await listPapers(trx, scope, line.control_id)
  const paper = papers.find(({ id }) => id === item.requestId)
  const said = item.words !== '' && item.personRole !== '' && item.occurredOn !== null
  if (item.requestId !== null && !paper) wrong['request'] = `That request is not one of ${line.control_number}.`
  if (line.kind === 'configuration' && item.occurredOn === null) wrong['on'] = 'Say on which day the setting was looked at.'
  if (line.kind !== 'configuration' && !paper && !said) wrong['words'] = 'Name the request that holds the record, or say here in which role, when, and what was seen.'
  if (item.occurredOn !== null && item.occurredOn > todayIn(scope.engagement.zone, scope.at ?? new Date())) wrong['on'] = 'This day is still to come.'
  const others = (await listLineItems(trx, scope, line.id)).filter((one) => one.position !== position)
  if (others.some(({ label }) => label === item.label)) wrong['label'] = `Another ${itemWords[line.kind].one} of this test has this name.`
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
}

export type Rollforward = { readonly words: string, readonly result: 'unchanged' | 'covered', readonly on: string, readonly requestId: string | null }

/** Records what was done from the interim date to the end of what the line stands for. Signatures on the test become void. */
export async function rollForward(site: Site, scope: EngagementScope, place: Reference, done: Rollforward): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    const { to } = await findSpan(trx, scope, line)
    refuseRollforward({ interim: line.interim_on }, to, done.on, todayIn(scope.engagement.zone, scope.at ?? new Date()))
    if (done.requestId !== null && !(await listPapers(trx, scope, line.control_id)).some(({ id }) => id === done.requestId)) throw new Invalid({ request: `That request is not one of ${line.control_number}.` })
    await updateLine(trx, scope, line.id, { rollforward: done.words, rollforward_result: done.result, rollforward_on: done.on, rollforward_request_id: done.requestId })
    const reference = testReference(line.control_number, line.sequence)
    await record(trx, scope, { kind: 'test.rolled_forward', facts: { testLineId: line.id, reference, interimOn: line.interim_on!, result: done.result }, detail: { ...done } },
      ...await reopenLine(trx, scope, line, 'The rollforward was recorded'))
  })
}

/** Plans a further line that tests the control again for the span after its remediation; the first stays. Returns its reference. */
export async function planRetest(site: Site, scope: EngagementScope, place: Reference, { from, to }: { readonly from: string, readonly to: string | null }): Promise<string> {
  refuseClosed(scope.engagement.phase)
  return await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    const of = testReference(line.control_number, line.sequence)
    const span = await findSpan(trx, scope, line)
    refuseRetest({ excepted: await findStanding(trx, scope, line.id) !== undefined, reference: of }, from, to, span)
    const fresh = await insertLine(trx, scope, { controlId: line.control_id, title: `Retest of ${of}`, itemNoun: line.item_noun })
    await updateLine(trx, scope, fresh.id, { kind: line.kind, frequency: line.frequency, span_from: from, span_to: to ?? span.to, retest_of: line.id })
    await writeProcedures(trx, scope, fresh.id, (await listProcedures(trx, scope, line.id)).map(({ nature, text }) => ({ nature, text })))
    await writeAttributes(trx, scope, fresh.id, (await listAttributes(trx, scope, line.id)).map(({ letter, question, expected, clause, problem }) => ({ letter, question, expected, clause, problem })))
    const reference = testReference(line.control_number, fresh.sequence)
    await record(trx, scope, { kind: 'test.planned', facts: { testLineId: fresh.id, reference, controlWordingVersion: fresh.wordingVersion }, detail: { title: `Retest of ${of}` } },
      { kind: 'test.retest_planned', facts: { testLineId: fresh.id, reference, retestOf: line.id, from, to: to ?? span.to } })
    return reference
  })
}
