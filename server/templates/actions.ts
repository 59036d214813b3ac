import type { Site } from '../access/site.ts'
import { listControls } from '../controls/store.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { insertRequest } from '../requests/store.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { refuseClosed, testReference } from '../testing/rules.ts'
import { insertLine, writeAttributes, writeProcedures } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { planUses, type Use } from './plan.ts'
import { dueOn } from './rules.ts'
import { insertTemplate, insertUse, isTitleTaken, listAttributeTemplates, listRequestTemplates, listUses, lockTemplate, lockUses, removeTemplate, updateTemplate, type AttributeTemplate, type RequestTemplate, type TemplateKind } from './store.ts'

/** Keeps a new template of the firm. Throws Invalid where one of that title is kept already. */
export async function keepTemplate(site: Site, scope: PersonScope, kind: TemplateKind, template: RequestTemplate | AttributeTemplate): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const templateId = await insertTemplate(trx, scope, kind, template)
    if (templateId === null) throw taken()
    await record(trx, scope, { kind: 'template.kept', facts: { templateId, of: kind, version: 1 }, detail: { ...template } })
  })
}

/** Changes a template; false where somebody else did since `seen`. */
export async function changeTemplate(site: Site, scope: PersonScope, kind: TemplateKind, id: string, seen: number, template: RequestTemplate | AttributeTemplate): Promise<boolean> {
  return await inScope(site.db, scope, async (trx) => {
    const { version } = await lockTemplate(trx, kind, id)
    if (version !== seen) return false
    if (await isTitleTaken(trx, kind, template.title, id)) throw taken()
    await updateTemplate(trx, scope, kind, id, template)
    await record(trx, scope, { kind: 'template.kept', facts: { templateId: id, of: kind, version: version + 1 }, detail: { ...template } })
    return true
  })
}

/** Takes a template out of use; what came of it stays. */
export async function dropTemplate(site: Site, scope: PersonScope, kind: TemplateKind, id: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { title } = await lockTemplate(trx, kind, id)
    await removeTemplate(trx, scope, kind, id)
    await record(trx, scope, { kind: 'template.removed', facts: { templateId: id, of: kind }, detail: { title } })
  })
}

/** What the firm's templates would become in this engagement now. */
export async function planApplication(trx: Tx, scope: EngagementScope): Promise<Use[]> {
  return planUses({ requests: await listRequestTemplates(trx), attributes: await listAttributeTemplates(trx), controls: await listControls(trx, scope), uses: await listUses(trx, scope) })
}

/** Makes draft requests and test lines of the uses chosen by key. What was made before is left alone; a template changed since is refused. */
export async function applyTemplates(site: Site, scope: EngagementScope, keys: readonly string[]): Promise<{ requests: number, lines: number }> {
  return await inScope(site.db, scope, async (trx) => {
    refuseClosed(scope.engagement.phase)
    await lockUses(trx, scope)
    const planned = await planApplication(trx, scope)
    const chosen = keys.map((key) => planned.find((use) => use.key === key))
    if (chosen.includes(undefined)) throw new Refused('A template or a control was changed since you looked. Look at the list again; nothing was made.')
    const fresh = (chosen as Use[]).filter(({ made }) => made === null)
    if (fresh.length === 0) throw new Refused('All of these were made before. Nothing was made twice.')
    const events: TrailEvent[] = []
    for (const use of fresh) events.push(use.of === 'requests' ? await makeRequest(trx, scope, use) : await makeLine(trx, scope, use))
    const count = { requests: fresh.filter(({ of }) => of === 'requests').length, lines: fresh.filter(({ of }) => of === 'attributes').length }
    await record(trx, scope, { kind: 'templates.applied', facts: count }, ...events)
    return count
  })
}

async function makeRequest(trx: Tx, scope: EngagementScope, { template, controls }: Extract<Use, { of: 'requests' }>): Promise<TrailEvent> {
  const { kind, title, ask, why, example, formats, checklist, dueDays } = template
  const number = await takeNumber(trx, scope.engagement.id, 'request')
  const requestId = await insertRequest(trx, scope, number, {
    kind, title, ask, why, example, formats, checklist, system: '', priority: 'normal', ownerId: null, drawId: null, dueOn: dueOn(dueDays, scope.engagement), controlIds: controls.map(({ id }) => id),
  })
  await insertUse(trx, scope, { templateId: template.id, version: template.version, requestId })
  return { kind: 'request.drafted', facts: { requestId, number, kind }, detail: { title, ask } }
}

async function makeLine(trx: Tx, scope: EngagementScope, { template, control }: Extract<Use, { of: 'attributes' }>): Promise<TrailEvent> {
  const { title, itemNoun, procedures, attributes } = template
  const line = await insertLine(trx, scope, { controlId: control.id, title, itemNoun })
  await writeProcedures(trx, scope, line.id, procedures)
  // A clause is quoted from the wording it stands in, so one of another wording is left out.
  await writeAttributes(trx, scope, line.id, attributes.map((one) => ({ ...one, clause: control.wording.includes(one.clause) ? one.clause : '' })))
  await insertUse(trx, scope, { templateId: template.id, version: template.version, testLineId: line.id, controlId: control.id })
  return { kind: 'test.planned', facts: { testLineId: line.id, reference: testReference(control.number, line.sequence), controlWordingVersion: line.wordingVersion }, detail: { title, itemNoun, procedures, attributes } }
}

function taken(): Invalid {
  return new Invalid({ title: 'A template of this title is kept already. Change that one, or give this one another title.' })
}
