import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { wordingsProblem } from './rules.ts'
import { confirmWording, listControls, lockSpans, updateControl } from './store.ts'

/** The lead confirms many wordings at once; each with the version they read. All or none. */
export async function confirmMany(site: Site, scope: EngagementScope, read: readonly { readonly number: string, readonly version: number }[]): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockSpans(trx, scope)
    const controls = await listControls(trx, scope)
    const problem = wordingsProblem(controls, read)
    if (problem !== null) throw new Refused(problem)
    const events: TrailEvent[] = []
    for (const { number, version } of read) {
      const { id } = controls.find((control) => control.number === number)!
      await confirmWording(trx, scope, id, version)
      events.push({ kind: 'control.wording_confirmed', facts: { controlId: id, number, version } })
    }
    await record(trx, scope, ...events)
  })
}

/** Gives controls the frequencies they run at, and their type or nature where one is said. Controls that have frequencies keep them. */
export async function giveFrequencies(site: Site, scope: EngagementScope, numbers: readonly string[], frequencies: readonly Frequency[], said: { readonly type: ControlTable['type'] | null, readonly nature: ControlTable['nature'] | null }): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockSpans(trx, scope)
    const events: TrailEvent[] = []
    for (const control of await listControls(trx, scope)) {
      if (!numbers.includes(control.number) || control.frequencies.length > 0) continue
      const fields = { ...control, frequencies: [...frequencies], type: said.type ?? control.type, nature: said.nature ?? control.nature }
      await updateControl(trx, scope, control.id, fields)
      const changed = (['frequencies', 'type', 'nature'] as const).filter((field) => String(control[field]) !== String(fields[field]))
      const told = (from: typeof fields) => Object.fromEntries(changed.map((field) => [field, from[field]]))
      events.push({ kind: 'control.changed', facts: { controlId: control.id, number: control.number, fields: changed }, detail: { before: told(control), after: told(fields) } })
    }
    if (events.length === 0) throw new Refused('These controls have their frequencies already. Nothing was changed.')
    await record(trx, scope, ...events)
  })
}
