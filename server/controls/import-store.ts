import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { importFields, toldColumns } from './import-fields.ts'
import { phrase, type Known, type Person, type Written } from './import-rules.ts'
import { frequencyWords, natureWords, riskWords, typeWords } from './rules.ts'
import { listControls } from './store.ts'

/** A control as an export writes it, with what an import does not read, in the order of `toldColumns`. */
export type Exported = Known & { readonly told: readonly string[] }

/** Every control of the engagement as texts, in natural order of number. */
export async function listWritten(trx: Tx, scope: EngagementScope): Promise<Exported[]> {
  const engagement = scope.engagement.id
  const confirmed = await trx.selectFrom('control_wording').select('control_id').distinct().where('engagement_id', '=', engagement).where('confirmed_at', 'is not', null).execute()
  const ever = new Set(confirmed.map(({ control_id: id }) => id))
  const owners = await trx.selectFrom('control').innerJoin('person', 'person.id', 'control.owner_id').select(['control.id', 'person.email']).where('control.engagement_id', '=', engagement).execute()
  const emails = new Map(owners.map(({ id, email }) => [id, email]))
  return (await listControls(trx, scope)).map((control) => {
    const written: Written = {
      number: control.number, wording: control.wording, owner: emails.get(control.id) ?? '', ownerTitle: control.ownerTitle, frequency: phrase(control.frequencies, frequencyWords),
      type: typeWords[control.type], nature: natureWords[control.nature], risk: riskWords[control.risk], criteria: control.criteria.join(', '), keySystems: control.keySystems,
      ipe: control.ipe.join('\n'), effectiveFrom: control.effectiveFrom ?? '', effectiveTo: control.effectiveTo ?? '', replaces: control.replaces ?? '',
    }
    return {
      id: control.id, version: control.version, wordingVersion: control.wordingVersion, ownerId: control.ownerId, everConfirmed: ever.has(control.id), written,
      told: [control.ownerName ?? '', String(control.wordingVersion), control.confirmed ? 'Yes' : 'No', control.source],
    }
  })
}

/** The controls as a table of texts that an import takes back, and what is told besides. */
export function exportTable(controls: readonly Exported[]): { header: string[], rows: string[][], widths: number[] } {
  return {
    header: [...importFields.map(({ label }) => label), ...toldColumns],
    rows: controls.map(({ written, told }) => [...importFields.map(({ name }) => written[name]), ...told]),
    widths: [...importFields.map(({ name }) => name === 'wording' ? 60 : 18), 24, 10, 10, 36],
  }
}

/** The client's people on the engagement, by whom an owner can be known. */
export async function listPeople(trx: Tx, scope: EngagementScope): Promise<Person[]> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select(['person.id', 'person.name', 'person.email', 'person.title'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .where('person.organization_id', '=', scope.engagement.clientId).execute()
}

/** Two lists of controls are not taken over at once: the second waits until the first is done. */
export async function lockControls(trx: Tx, scope: EngagementScope): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`controls ${scope.engagement.id}`}, 0))`.execute(trx)
  await trx.selectFrom('control').select('id').where('engagement_id', '=', scope.engagement.id).orderBy('number').forUpdate().execute()
}
