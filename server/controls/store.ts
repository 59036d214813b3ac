import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { orderCriteria } from './criteria.ts'
import { compareNumbers } from './rules.ts'

/** A control with its current wording, owner and criteria (natural order). `version` counts edits, `wordingVersion` wordings. */
export type Control = {
  readonly id: string
  readonly number: string
  readonly wording: string
  readonly wordingVersion: number
  readonly source: string
  readonly confirmed: boolean
  readonly ownerId: string | null
  readonly ownerName: string | null
  readonly ownerTitle: string
  readonly frequencies: Frequency[]
  readonly type: ControlTable['type']
  readonly nature: ControlTable['nature']
  readonly risk: 'low' | 'moderate' | 'high'
  readonly version: number
  readonly criteria: string[]
  readonly keySystems: string
  /** Reports of the client that the control relies on. */
  readonly ipe: string[]
  /** The days it stood within the period, ISO; null where from its beginning or to its end. */
  readonly effectiveFrom: string | null
  readonly effectiveTo: string | null
  /** The number of the control it took the place of. */
  readonly replaces: string | null
}

export type ControlFields = Pick<Control, 'ownerId' | 'ownerTitle' | 'frequencies' | 'type' | 'nature' | 'risk' | 'criteria' | 'keySystems' | 'ipe' | 'effectiveFrom' | 'effectiveTo' | 'replaces'>
export type Wording = { readonly text: string, readonly source: string, readonly confirmed: boolean }

/** Every control of the engagement, in natural order of number. */
export async function listControls(trx: Tx, scope: EngagementScope): Promise<Control[]> {
  const rows = await controls(trx, scope).execute()
  return rows.map(inOrder).toSorted((a, b) => compareNumbers(a.number, b.number))
}

/** The control of that number; throws NotFound. */
export async function findControl(trx: Tx, scope: EngagementScope, number: string): Promise<Control> {
  return inOrder(await controls(trx, scope).where('control.number', '=', number).executeTakeFirstOrThrow(missing))
}

/** Locks the control until the transaction ends and returns it; throws NotFound. */
export async function lockControl(trx: Tx, scope: EngagementScope, number: string): Promise<Control> {
  await trx.selectFrom('control').select('id').where('engagement_id', '=', scope.engagement.id).where('number', '=', number)
    .forUpdate().executeTakeFirstOrThrow(missing)
  return await findControl(trx, scope, number)
}

/** The days of every control, all of them locked until the transaction ends, so that no two change beside each other. */
export async function lockSpans(trx: Tx, scope: EngagementScope) {
  await trx.selectFrom('control').select('id').where('engagement_id', '=', scope.engagement.id).orderBy('number').forUpdate().execute()
  return await trx.selectFrom('control')
    .leftJoin('control as before', (join) => join.onRef('before.engagement_id', '=', 'control.engagement_id').onRef('before.id', '=', 'control.replaces'))
    .select(['control.number', 'control.effective_from as effectiveFrom', 'control.effective_to as effectiveTo', 'before.number as replaces'])
    .where('control.engagement_id', '=', scope.engagement.id).execute()
}

/** Every version of a control's wording, newest first, with who entered and who confirmed it. */
export async function listWordings(trx: Tx, scope: EngagementScope, controlId: string) {
  return await trx.selectFrom('control_wording')
    .innerJoin('person as author', 'author.id', 'control_wording.entered_by')
    .leftJoin('person as confirmer', 'confirmer.id', 'control_wording.confirmed_by')
    .select(['control_wording.version', 'control_wording.text', 'control_wording.source', 'control_wording.entered_at as enteredAt',
      'author.name as enteredBy', 'control_wording.confirmed_at as confirmedAt', 'confirmer.name as confirmedBy'])
    .where('control_wording.engagement_id', '=', scope.engagement.id).where('control_wording.control_id', '=', controlId)
    .orderBy('control_wording.version', 'desc').execute()
}

/** Which control serves which criterion. */
export async function listMappings(trx: Tx, scope: EngagementScope): Promise<{ criterion: string, controlId: string, number: string }[]> {
  return await trx.selectFrom('control_criterion')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'control_criterion.engagement_id').onRef('control.id', '=', 'control_criterion.control_id'))
    .select(['control_criterion.criterion', 'control.id as controlId', 'control.number'])
    .where('control_criterion.engagement_id', '=', scope.engagement.id).execute()
}

/** The requests that ask for evidence of a control; the client's people do not see drafts. */
export async function listControlRequests(trx: Tx, scope: EngagementScope, controlId: string) {
  let query = trx.selectFrom('request_control')
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'request_control.engagement_id').onRef('request.id', '=', 'request_control.request_id'))
    .select(['request.number', 'request.title', 'request.status', 'request.due_on as dueOn'])
    .where('request_control.engagement_id', '=', scope.engagement.id).where('request_control.control_id', '=', controlId)
  if (scope.side === 'client') query = query.where('request.status', '<>', 'draft')
  return await query.orderBy('request.number').execute()
}

/** The test lines of a control. */
export async function listControlTests(trx: Tx, scope: EngagementScope, controlId: string) {
  return await trx.selectFrom('test_line').select(['sequence', 'title', 'conclusion', 'control_wording_version as wordingVersion'])
    .where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).orderBy('sequence').execute()
}

/** The client's people on the engagement, who may own a control. */
export async function listOwnerChoices(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string, title: string }[]> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id')
    .select(['person.id', 'person.name', 'person.title'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is', null)
    .where('person.organization_id', '=', scope.engagement.clientId).orderBy('person.name').execute()
}

/** Whether the client's lead has ever confirmed a wording of this control. */
export async function isEverConfirmed(trx: Tx, scope: EngagementScope, controlId: string): Promise<boolean> {
  const row = await trx.selectFrom('control_wording').select('version')
    .where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).where('confirmed_at', 'is not', null)
    .limit(1).executeTakeFirst()
  return row !== undefined
}

/** Writes a control without its wording and returns its id, or null when the engagement has that number already. */
export async function insertControl(trx: Tx, scope: EngagementScope, number: string, fields: ControlFields): Promise<string | null> {
  const row = await trx.insertInto('control').values({ engagement_id: scope.engagement.id, number, ...columns(trx, scope, fields) })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'number']).doNothing())
    .returning('id').executeTakeFirst()
  if (!row) return null
  await writeCriteria(trx, scope, row.id, fields.criteria)
  return row.id
}

export async function updateControl(trx: Tx, scope: EngagementScope, id: string, fields: ControlFields): Promise<void> {
  await trx.updateTable('control').set((row) => ({ ...columns(trx, scope, fields), version: row('version', '+', 1) }))
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
  await trx.deleteFrom('control_criterion').where('engagement_id', '=', scope.engagement.id).where('control_id', '=', id).execute()
  await writeCriteria(trx, scope, id, fields.criteria)
}

/** Writes a version of a control's wording and makes it the current one. */
export async function insertWording(trx: Tx, scope: EngagementScope, controlId: string, version: number, wording: Wording): Promise<void> {
  const person = personOf(scope)!
  await trx.insertInto('control_wording').values({
    engagement_id: scope.engagement.id, control_id: controlId, version, text: wording.text, source: wording.source, entered_by: person,
    ...(wording.confirmed ? { confirmed_by: person, confirmed_at: sql<Date>`app_now()` } : {}),
  }).execute()
  await trx.updateTable('control').set({ wording_version: version })
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', controlId).execute()
}

export async function confirmWording(trx: Tx, scope: EngagementScope, controlId: string, version: number): Promise<void> {
  await trx.updateTable('control_wording').set({ confirmed_by: personOf(scope), confirmed_at: sql<Date>`app_now()` })
    .where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).where('version', '=', version).execute()
}

function controls(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('control')
    .innerJoin('control_wording as wording', (join) => join.onRef('wording.engagement_id', '=', 'control.engagement_id')
      .onRef('wording.control_id', '=', 'control.id').onRef('wording.version', '=', 'control.wording_version'))
    .leftJoin('person as owner', 'owner.id', 'control.owner_id')
    .leftJoin('control as before', (join) => join.onRef('before.engagement_id', '=', 'control.engagement_id').onRef('before.id', '=', 'control.replaces'))
    .select([
      'control.id', 'control.number', 'wording.text as wording', 'wording.source', 'control.wording_version as wordingVersion',
      sql<boolean>`wording.confirmed_at is not null`.as('confirmed'), 'control.owner_id as ownerId', 'owner.name as ownerName',
      'control.owner_title as ownerTitle', 'control.frequencies', 'control.type', 'control.nature', 'control.risk', 'control.version',
      'control.key_systems as keySystems', 'control.ipe', 'control.effective_from as effectiveFrom', 'control.effective_to as effectiveTo', 'before.number as replaces',
      sql<string[]>`array(select criterion from control_criterion mapped where mapped.engagement_id = control.engagement_id
        and mapped.control_id = control.id)`.as('criteria'),
    ])
    .where('control.engagement_id', '=', scope.engagement.id)
}

function inOrder(control: Control): Control {
  return { ...control, criteria: orderCriteria(control.criteria) }
}

function columns(trx: Tx, scope: EngagementScope, fields: ControlFields) {
  return {
    owner_id: fields.ownerId, owner_title: fields.ownerTitle, frequencies: [...fields.frequencies], type: fields.type,
    nature: fields.nature, risk: fields.risk, key_systems: fields.keySystems, ipe: [...fields.ipe],
    effective_from: fields.effectiveFrom, effective_to: fields.effectiveTo,
    replaces: trx.selectFrom('control as one').select('one.id').where('one.engagement_id', '=', scope.engagement.id).where('one.number', '=', fields.replaces),
  }
}

async function writeCriteria(trx: Tx, scope: EngagementScope, controlId: string, criteria: readonly string[]): Promise<void> {
  if (criteria.length === 0) return
  await trx.insertInto('control_criterion').values(criteria.map((criterion) => ({
    engagement_id: scope.engagement.id, control_id: controlId, criterion,
  }))).execute()
}

const missing = () => new NotFound()
