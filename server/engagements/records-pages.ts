import type { Tx } from '../database/connect.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { todayOf } from './phase-actions.ts'
import { isRecordable, mayEnter, records } from './records.ts'
import { listRecords } from './records-store.ts'
import { roleName } from './roles.ts'

type KeptEntry = { readonly id: string, readonly recorder: string, readonly at: Date, readonly datedOn: string, readonly note: string, readonly stands: boolean, readonly current: boolean, readonly file: { readonly name: string, readonly size: number, readonly href: string } | null }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/record': {
      base: string
      back: { readonly href: string, readonly word: string }
      kind: RecordKind
      what: string
      dated: string
      zone: string
      form: FormState
      mayEnter: boolean
      enteredBy: string
      takesFile: boolean
      standing: boolean
      entries: readonly KeptEntry[]
    }
  }
}

/** One kind of record: what it is, the entry in force, every entry before it, and the form for the next. */
export async function recordPage(trx: Tx, scope: EngagementScope, kind: RecordKind, form?: FormState) {
  const base = `/engagements/${scope.engagement.id}`
  const { title, what, dated, by } = records[kind]
  const rows = await listRecords(trx, scope, kind)
  const seen = new Set<string>()
  const entries = rows.map((row): KeptEntry => {
    const about = kind === 'independence' ? row.person_id : ''
    const current = row.stands && !seen.has(about)
    seen.add(about)
    return {
      id: row.id, recorder: row.recorder, at: row.recorded_at, datedOn: row.dated_on, note: row.note, stands: row.stands, current,
      file: row.file_name === null ? null : { name: row.file_name, size: row.file_size ?? 0, href: `${base}/records/${kind}/${row.id}/file` },
    }
  })
  const own = rows.find((row) => kind !== 'independence' || row.person_id === personOf(scope))
  return {
    title, tab: 'overview' as const, frame: 'center' as const, base, kind, what, dated, zone: scope.engagement.zone, entries,
    back: scope.side === 'firm' ? { href: `${base}/phase`, word: 'Phase and closing' } : { href: base, word: 'Overview' },
    form: form ?? formState({ datedOn: todayOf(scope) }),
    mayEnter: mayEnter(scope.role, kind) && isRecordable(kind, scope.engagement.phase) && !scope.viewer,
    enteredBy: by.map(roleName).join(', ').replace(/, ([^,]*)$/, ' or $1'),
    takesFile: kind !== 'independence', standing: own?.stands ?? false,
  }
}
