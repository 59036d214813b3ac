import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import type { AttributeTemplate, RequestTemplate } from './store.ts'

/** The requests and test lines of this engagement that may become templates. */
export async function listSources(trx: Tx, scope: EngagementScope): Promise<{ requests: { number: number, title: string }[], lines: { control: string, sequence: number, title: string }[] }> {
  const engagement = scope.engagement.id
  return {
    requests: await trx.selectFrom('request').select(['number', 'title']).where('engagement_id', '=', engagement).orderBy('number').execute(),
    lines: await trx.selectFrom('test_line').innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
      .select(['control.number as control', 'test_line.sequence', 'test_line.title']).where('test_line.engagement_id', '=', engagement).orderBy('control.number').orderBy('test_line.sequence').execute(),
  }
}

/** A request of one of the person's engagements as a template would say it; throws NotFound. */
export async function readRequest(trx: Tx, engagement: string, number: number): Promise<RequestTemplate> {
  const request = await trx.selectFrom('request').selectAll().where('engagement_id', '=', engagement).where('number', '=', number).executeTakeFirstOrThrow(() => new NotFound())
  const checks = await trx.selectFrom('checklist_item').select('text').where('engagement_id', '=', engagement).where('request_id', '=', request.id).orderBy('position').execute()
  const criteria = await trx.selectFrom('request_control').innerJoin('control_criterion as mapped', (join) => join.onRef('mapped.engagement_id', '=', 'request_control.engagement_id').onRef('mapped.control_id', '=', 'request_control.control_id'))
    .select('mapped.criterion').distinct().where('request_control.engagement_id', '=', engagement).where('request_control.request_id', '=', request.id).execute()
  const { kind, title, ask, why, example, formats } = request
  return { kind, title, ask, why, example, formats, checklist: checks.map(({ text }) => text), criteria: criteria.map(({ criterion }) => criterion), keywords: [], dueDays: null }
}

/** A test line of one of the person's engagements as a template would say it; throws NotFound. */
export async function readLine(trx: Tx, engagement: string, control: string, sequence: number): Promise<AttributeTemplate> {
  const line = await trx.selectFrom('test_line').innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .select(['test_line.id', 'test_line.title', 'test_line.item_noun as itemNoun', 'test_line.control_id as controlId'])
    .where('test_line.engagement_id', '=', engagement).where('control.number', '=', control).where('test_line.sequence', '=', sequence).executeTakeFirstOrThrow(() => new NotFound())
  const of = { procedures: trx.selectFrom('test_procedure').select(['nature', 'text']), attributes: trx.selectFrom('attribute').select(['letter', 'question', 'expected', 'clause', 'problem']) }
  const criteria = await trx.selectFrom('control_criterion').select('criterion').where('engagement_id', '=', engagement).where('control_id', '=', line.controlId).execute()
  return {
    title: line.title, itemNoun: line.itemNoun, criteria: criteria.map(({ criterion }) => criterion), keywords: [],
    procedures: await of.procedures.where('engagement_id', '=', engagement).where('test_line_id', '=', line.id).orderBy('position').execute(),
    attributes: await of.attributes.where('engagement_id', '=', engagement).where('test_line_id', '=', line.id).orderBy('letter').execute(),
  }
}
