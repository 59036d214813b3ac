import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { assemble } from './assemble.ts'
import { gateOf, type Gate } from './gate.ts'
import { contentHash } from './hash.ts'
import { inputOf } from './input.ts'
import type { Reading } from './reading.ts'
import { insertExport, readSnapshot } from './store.ts'

/**
 * The one reading of the cells at this instant: the page, the gate and every export count from it and from nothing else.
 * It is a draft without a version until it is exported.
 */
export async function readMatrix(trx: Tx, scope: EngagementScope): Promise<Reading> {
  return assemble(inputOf(await readSnapshot(trx, scope), scope.engagement))
}

/**
 * Freezes one reading as an export and returns its number. A final one needs the permission `matrix.export_final`
 * (throws Forbidden) and an open gate (throws Refused with what is left).
 */
export async function exportMatrix(site: Pick<Site, 'db'>, scope: EngagementScope, form: 'draft' | 'final'): Promise<number> {
  const draft = form === 'draft'
  if (!draft && !may(scope.role, 'matrix.export_final')) throw new Forbidden('A manager or the partner exports the final matrix. A draft you can export yourself.')
  return await inScope(site.db, scope, async (trx) => {
    const reading = await readMatrix(trx, scope)
    if (!draft) refuseClosedGate(gateOf(reading))
    const number = await takeNumber(trx, scope.engagement.id, 'export')
    const contentSha256 = contentHash(reading)
    const stamp = { version: number, generatedAt: reading.stamp.generatedAt, exporter: scope.actor.name }
    await insertExport(trx, scope, { number, draft, contentSha256, reading: JSON.stringify({ ...reading, stamp, draft }) })
    await record(trx, scope, { kind: 'matrix.exported', facts: { number, draft, contentSha256 } })
    return number
  })
}

function refuseClosedGate({ open, conditions }: Gate): void {
  if (open) return
  const left = conditions.filter(({ blockers }) => blockers.length > 0).map(({ name, blockers }) => {
    const [first, ...others] = blockers.map(({ id, why }) => `${id} ${why}`)
    return `${name}: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}.`
  })
  throw new Refused(`The gate to the final report is closed. ${left.length > 0 ? left.join(' ') : 'There is no control yet.'}`)
}
