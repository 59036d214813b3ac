import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Refused } from '../errors.ts'
import { takeTurns } from '../jobs/turns.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { assemble } from './assemble.ts'
import { insertExport } from './exports-store.ts'
import type { Gate } from './gate.ts'
import { inputOf } from './input.ts'
import type { Reading } from './reading.ts'
import { readOutline, readSnapshotText } from './store.ts'
import { freezeReading } from './write.ts'

/**
 * The reading at this instant with every cell counted and none brought along: what the page and the gate print.
 * It is a draft without a version.
 */
export async function outlineMatrix(trx: Tx, scope: EngagementScope): Promise<Reading> {
  return assemble(inputOf(await readOutline(trx, scope), scope.engagement))
}

// Each holds a connection until its reading is made, and the others are for everybody else.
const inTurn = takeTurns({ atOnce: 2, line: 8, sentence: 'Many exports are being made at this moment, and this one found no place in line.' })

/**
 * Freezes one reading as an export and returns its number. A final one needs the permission `matrix.export_final`
 * (throws Forbidden) and an open gate (throws Refused with what is left).
 */
export async function exportMatrix(site: Pick<Site, 'db'>, scope: EngagementScope, form: 'draft' | 'final'): Promise<number> {
  const draft = form === 'draft'
  if (!draft && !may(scope.role, 'matrix.export_final')) throw new Forbidden('A manager or the partner exports the final matrix. A draft you can export yourself.')
  return await inTurn(async () => inScope(site.db, scope, async (trx) => {
    const snapshot = await readSnapshotText(trx, scope)
    const number = await takeNumber(trx, scope.engagement.id, 'export')
    const { reading, contentSha256, gate } = await freezeReading({ snapshot, engagement: scope.engagement, version: number, exporter: scope.actor.name, draft })
    if (!draft) refuseClosedGate(gate)
    await insertExport(trx, scope, { number, draft, contentSha256, reading })
    await record(trx, scope, { kind: 'matrix.exported', facts: { number, draft, contentSha256 } })
    return number
  }))
}

function refuseClosedGate({ open, conditions }: Gate): void {
  if (open) return
  const left = conditions.filter(({ blockers }) => blockers.length > 0).map(({ name, blockers }) => {
    const [first, ...others] = blockers.map(({ id, why }) => `${id} ${why}`)
    return `${name}: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}.`
  })
  throw new Refused(`The gate to the final report is closed. ${left.length > 0 ? left.join(' ') : 'There is no control yet.'}`)
}
