import type { Site } from '../access/site.ts'
import { findMember } from '../access/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { reopenReworded } from '../testing/store.ts'
import { record } from '../trail/record.ts'
import { checkConfirmation, criteriaProblem, rewordProblem } from './rules.ts'
import { spanProblems } from './spans.ts'
import { confirmWording, insertControl, insertWording, isEverConfirmed, lockControl, lockSpans, updateControl, type Control, type ControlFields } from './store.ts'

/** Done, or not done because somebody else was faster: then `theirs` is how the control stands now. */
export type Outcome = { readonly done: true } | { readonly done: false, readonly theirs: Control }

/** A control as it is entered; what concerns its days, systems and reports may be left to later. */
export type Described = Omit<ControlFields, keyof typeof allAlong> & Partial<ControlFields>

/** A control of which nothing more is said than that it was there all along. */
const allAlong = { keySystems: '', ipe: [] as string[], effectiveFrom: null, effectiveTo: null, replaces: null }

/** Enters a control as the client supplied it; `source` says where its wording comes from. */
export async function addControl(site: Site, scope: EngagementScope, number: string, described: Described, wording: { text: string, source: string }): Promise<void> {
  const fields: ControlFields = { ...allAlong, ...described }
  await inScope(site.db, scope, async (trx) => {
    await checkFields(trx, scope, number, fields)
    const controlId = await insertControl(trx, scope, number, fields)
    if (controlId === null) throw new Invalid({ number: `This engagement already has a control ${number}. Open that one, or give this one its own number.` })
    await insertWording(trx, scope, controlId, 1, { ...wording, confirmed: false })
    await record(trx, scope, {
      kind: 'control.added', facts: { controlId, number, criteria: fields.criteria },
      detail: { wording: wording.text, source: wording.source, ownerTitle: fields.ownerTitle, ownerId: fields.ownerId },
    })
  })
}

/** Changes everything but the wording; `version` is the one the person was looking at. */
export async function changeControl(site: Site, scope: EngagementScope, number: string, version: number, fields: ControlFields): Promise<Outcome> {
  return await inScope(site.db, scope, async (trx) => {
    const control = await lockControl(trx, scope, number)
    if (control.version !== version) return { done: false, theirs: control }
    await checkFields(trx, scope, number, fields)
    const changed = changedFields(control, fields)
    if (changed.length === 0) return { done: true }
    await updateControl(trx, scope, control.id, fields)
    await record(trx, scope, {
      kind: 'control.changed', facts: { controlId: control.id, number, fields: changed },
      detail: { before: pick(control, changed), after: pick(fields, changed) },
    })
    return { done: true }
  })
}

/**
 * Writes a new version of the wording. The firm may until the lead has confirmed one; what the lead writes is confirmed
 * with it. `version` is the wording the person was looking at.
 */
export async function reword(site: Site, scope: EngagementScope, number: string, version: number, wording: { text: string, source: string }): Promise<Outcome> {
  return await inScope(site.db, scope, async (trx) => {
    const control = await lockControl(trx, scope, number)
    const problem = rewordProblem(scope.role, await isEverConfirmed(trx, scope, control.id))
    if (problem !== null) throw new Refused(problem)
    if (control.wordingVersion !== version) return { done: false, theirs: control }
    if (control.wording === wording.text) throw new Invalid({ text: 'This is the wording as it stands. Change it, or leave it.' })
    const confirmed = scope.role === 'lead'
    await insertWording(trx, scope, control.id, version + 1, { ...wording, confirmed })
    const facts = { controlId: control.id, number, version: version + 1 }
    const reopened = await reopenReworded(trx, scope, control.id)
    await record(trx, scope,
      { kind: 'control.reworded', facts, detail: { wording: wording.text, source: wording.source } },
      ...confirmed ? [{ kind: 'control.wording_confirmed', facts } as const] : [], ...reopened)
    return { done: true }
  })
}

/** The lead says for the client that the wording is theirs; `version` is the wording they read. */
export async function confirm(site: Site, scope: EngagementScope, number: string, version: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const control = await lockControl(trx, scope, number)
    checkConfirmation({ version: control.wordingVersion, confirmed: control.confirmed }, version)
    await confirmWording(trx, scope, control.id, version)
    await record(trx, scope, { kind: 'control.wording_confirmed', facts: { controlId: control.id, number, version } })
  })
}

async function checkFields(trx: Tx, scope: EngagementScope, number: string, fields: ControlFields): Promise<void> {
  const problem = criteriaProblem(fields.criteria, scope.engagement.categories)
  if (problem !== null) throw new Invalid({ criteria: problem })
  const days = spanProblems({ ...fields, number }, await lockSpans(trx, scope), scope.engagement)
  if (Object.keys(days).length > 0) throw new Invalid(days)
  if (fields.ownerId === null) return
  const owner = await findMember(trx, scope.engagement.id, fields.ownerId)
  if (owner?.organizationId !== scope.engagement.clientId) throw new Invalid({ ownerId: 'The owner must be one of the client’s people on this engagement. Choose again, or leave the person open.' })
}

function changedFields(control: Control, fields: ControlFields): (keyof ControlFields)[] {
  return (Object.keys(fields) as (keyof ControlFields)[]).filter((key) => comparable(control[key]) !== comparable(fields[key]))
}

function comparable(value: ControlFields[keyof ControlFields]): string | null {
  return Array.isArray(value) ? value.toSorted((a, b) => a < b ? -1 : 1).join(' ') : value
}

function pick(values: ControlFields, keys: readonly (keyof ControlFields)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, values[key]]))
}
