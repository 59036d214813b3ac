import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestKind } from '../database/schema/requests.ts'
import type { TemplateAttribute, TemplateProcedure } from '../database/schema/templates.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope, type PersonScope } from '../scope.ts'

export type RequestTemplate = {
  readonly kind: RequestKind
  readonly title: string
  readonly ask: string
  readonly why: string
  readonly checklist: readonly string[]
  readonly example: string
  readonly formats: string
  readonly criteria: readonly string[]
  readonly keywords: readonly string[]
  /** Days from the end of the period to the due date, negative before it; null leaves it open. */
  readonly dueDays: number | null
}
export type AttributeTemplate = {
  readonly title: string
  readonly itemNoun: string
  readonly procedures: readonly TemplateProcedure[]
  readonly attributes: readonly TemplateAttribute[]
  readonly criteria: readonly string[]
  readonly keywords: readonly string[]
}
export type Kept<T> = T & { readonly id: string, readonly version: number, readonly changedAt: Date, readonly changer: string }
export type TemplateKind = 'requests' | 'attributes'

const tables = { requests: 'request_template', attributes: 'attribute_template' } as const

/** The firm's templates of requests that were not removed, by title. */
export async function listRequestTemplates(trx: Tx): Promise<Kept<RequestTemplate>[]> {
  return await trx.selectFrom('request_template').innerJoin('person', 'person.id', 'request_template.changed_by')
    .select(['request_template.id', 'kind', 'request_template.title', 'ask', 'why', 'checklist', 'example', 'formats', 'criteria', 'keywords', 'due_days as dueDays', 'version', 'changed_at as changedAt', 'person.name as changer'])
    .where('request_template.removed_at', 'is', null).orderBy(sql`lower(request_template.title)`).execute()
}

/** The firm's sets of procedures and attributes that were not removed, by title. */
export async function listAttributeTemplates(trx: Tx): Promise<Kept<AttributeTemplate>[]> {
  return await trx.selectFrom('attribute_template').innerJoin('person', 'person.id', 'attribute_template.changed_by')
    .select(['attribute_template.id', 'attribute_template.title', 'item_noun as itemNoun', 'procedures', 'attributes', 'criteria', 'keywords', 'version', 'changed_at as changedAt', 'person.name as changer'])
    .where('attribute_template.removed_at', 'is', null).orderBy(sql`lower(attribute_template.title)`).execute()
}

/** Keeps a template and returns its id, or null where one of that title is kept already. */
export async function insertTemplate(trx: Tx, scope: PersonScope, kind: TemplateKind, template: RequestTemplate | AttributeTemplate): Promise<string | null> {
  const row = { organization_id: scope.organizationId ?? '', changed_by: scope.actor.id, ...columns(template) }
  const inserted = await trx.insertInto(tables[kind]).values(row as never).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst()
  return inserted?.id ?? null
}

/** The version of a template, locked until the transaction ends; throws NotFound. */
export async function lockTemplate(trx: Tx, kind: TemplateKind, id: string): Promise<{ version: number, title: string }> {
  return await trx.selectFrom(tables[kind]).select(['version', 'title']).where('id', '=', id).where('removed_at', 'is', null).forUpdate().executeTakeFirstOrThrow(() => new NotFound())
}

export async function isTitleTaken(trx: Tx, kind: TemplateKind, title: string, but: string): Promise<boolean> {
  const row = await trx.selectFrom(tables[kind]).select('id').where('removed_at', 'is', null).where('id', '<>', but).where(sql<string>`lower(title)`, '=', title.toLowerCase()).executeTakeFirst()
  return row !== undefined
}

export async function updateTemplate(trx: Tx, scope: PersonScope, kind: TemplateKind, id: string, template: RequestTemplate | AttributeTemplate): Promise<void> {
  await trx.updateTable(tables[kind]).set((row) => ({ ...columns(template), changed_by: scope.actor.id, changed_at: sql<Date>`app_now()`, version: row('version', '+', 1) })).where('id', '=', id).execute()
}

export async function removeTemplate(trx: Tx, scope: PersonScope, kind: TemplateKind, id: string): Promise<void> {
  await trx.updateTable(tables[kind]).set({ removed_at: sql<Date>`app_now()`, changed_by: scope.actor.id }).where('id', '=', id).execute()
}

/** What templates became in the engagement: of a template of requests one request, of a set of attributes one line for each control. */
export async function listUses(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('template_use')
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'template_use.engagement_id').onRef('request.id', '=', 'template_use.request_id'))
    .leftJoin('test_line', (join) => join.onRef('test_line.engagement_id', '=', 'template_use.engagement_id').onRef('test_line.id', '=', 'template_use.test_line_id'))
    .select(['template_use.template_id as templateId', 'template_use.control_id as controlId', 'request.number as request', 'test_line.sequence'])
    .where('template_use.engagement_id', '=', scope.engagement.id).execute()
}

export async function insertUse(trx: Tx, scope: EngagementScope, use: { templateId: string, version: number, requestId: string } | { templateId: string, version: number, testLineId: string, controlId: string }): Promise<void> {
  await trx.insertInto('template_use').values({
    engagement_id: scope.engagement.id, template_id: use.templateId, template_version: use.version, applied_by: personOf(scope)!,
    request_id: 'requestId' in use ? use.requestId : null, test_line_id: 'testLineId' in use ? use.testLineId : null, control_id: 'controlId' in use ? use.controlId : null,
  }).execute()
}

/** Templates are applied to an engagement one after the other, so that none makes anything twice. */
export async function lockUses(trx: Tx, scope: EngagementScope): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`templates ${scope.engagement.id}`}, 0))`.execute(trx)
}

function columns(template: RequestTemplate | AttributeTemplate) {
  if ('ask' in template) {
    const { dueDays, checklist, criteria, keywords, ...fields } = template
    return { ...fields, due_days: dueDays, checklist: [...checklist], criteria: [...criteria], keywords: [...keywords] }
  }
  return { title: template.title, item_noun: template.itemNoun, procedures: JSON.stringify(template.procedures), attributes: JSON.stringify(template.attributes), criteria: [...template.criteria], keywords: [...template.keywords] }
}
