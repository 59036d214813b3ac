import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { writeDate } from '../web/times.ts'
import type { Attached } from './attached.ts'
import { todayOf } from './phase-actions.ts'
import { phaseWord } from './phases.ts'
import { isRecordable, mayEnter, records } from './records.ts'
import { insertRecord, standsNow } from './records-store.ts'
import { lockPhase } from './store.ts'

export type Entry = { readonly datedOn: string, readonly note: string, readonly stands?: boolean, readonly file?: Attached | null }

/**
 * Enters a record, or with `stands: false` takes back the one in force and says why; what was entered before stays. Throws
 * Forbidden for a role the record does not belong to, Refused in a phase it is not entered in.
 */
export async function enterRecord(site: Site, scope: EngagementScope, kind: RecordKind, { datedOn, note, stands = true, file = null }: Entry): Promise<void> {
  const { title } = records[kind]
  if (!mayEnter(scope.role, kind)) throw new Forbidden(`${title}: somebody with another role enters this.`)
  await inScope(site.db, scope, async (trx) => {
    const phase = await lockPhase(trx, scope)
    if (!isRecordable(kind, phase)) throw new Refused(`${title} is not entered while an engagement is in ${phaseWord(phase)}.`)
    if (stands && datedOn > todayOf(scope)) throw new Invalid({ datedOn: `${writeDate(datedOn)} has not come yet.` })
    if (!stands && note === '') throw new Invalid({ note: 'Say why it is taken back.' })
    if (!stands && !await standsNow(trx, scope, kind)) throw new Refused('There is nothing on record to take back; the page shows what stands.')
    const { id, version } = await insertRecord(trx, scope, { kind, stands, datedOn, note, file })
    await record(trx, scope, { kind: 'record.entered', facts: { recordId: id, record: kind, version, stands, datedOn, sha256: file?.file_sha256 ?? null }, ...note === '' ? {} : { detail: { note } } })
  })
}
