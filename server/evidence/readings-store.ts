import type { Selectable } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EvidenceLeafTable, EvidenceReadingTable } from '../database/schema/evidence.ts'
import type { LineIndex } from '../files/lines.ts'
import type { MailHeader } from '../files/mail.process.ts'
import type { PictureFacts } from '../files/preview-facts.process.ts'
import type { Charset } from '../files/text.ts'
import type { ZipEntry } from '../files/zip.process.ts'
import type { EngagementScope } from '../scope.ts'

type MailFacts = Omit<Extract<MailHeader, { ok: true }>, 'ok'>

/** What could be read of a file's bytes; `total` counts pages, rows, lines, entries or attachments. */
export type Reading =
  | { readonly kind: 'picture', readonly total: 1, readonly facts: PictureFacts }
  | { readonly kind: 'pages', readonly total: number, readonly facts: Readonly<Record<never, never>> }
  | { readonly kind: 'rows', readonly total: number, readonly rowsSha256: string, readonly facts: LineIndex & { readonly header: readonly string[], readonly sheet: string | null, readonly notes: readonly string[], readonly more: boolean } }
  | { readonly kind: 'lines', readonly total: number, readonly facts: LineIndex & { readonly charset: Charset } }
  | { readonly kind: 'entries', readonly total: number, readonly facts: { readonly entries: readonly ZipEntry[] } }
  | { readonly kind: 'mail', readonly total: number, readonly facts: MailFacts }
  | { readonly kind: 'none', readonly total: 0, readonly reason: string }

export type EvidenceLeaf = Pick<EvidenceLeafTable, 'leaf' | 'picture_sha256' | 'width' | 'height' | 'text' | 'reason'>

export async function findReading(trx: Tx, scope: EngagementScope, sha256: string): Promise<Reading | null> {
  const row = await trx.selectFrom('evidence_reading').selectAll()
    .where('engagement_id', '=', scope.engagement.id).where('sha256', '=', sha256).executeTakeFirst()
  return row === undefined ? null : readingOf(row)
}

/** Notes what was read; the same bytes are read once. */
export async function insertReading(trx: Tx, scope: EngagementScope, sha256: string, reading: Reading): Promise<void> {
  await trx.insertInto('evidence_reading').values({
    engagement_id: scope.engagement.id, sha256, kind: reading.kind, total: reading.total,
    facts: writeFacts('facts' in reading ? reading.facts : {}),
    rows_sha256: reading.kind === 'rows' ? reading.rowsSha256 : null, reason: reading.kind === 'none' ? reading.reason : null,
  }).onConflict((conflict) => conflict.doNothing()).execute()
}

export async function findLeaf(trx: Tx, scope: EngagementScope, sha256: string, leaf: number): Promise<EvidenceLeaf | null> {
  return await trx.selectFrom('evidence_leaf').select(['leaf', 'picture_sha256', 'width', 'height', 'text', 'reason'])
    .where('engagement_id', '=', scope.engagement.id).where('sha256', '=', sha256).where('leaf', '=', leaf).executeTakeFirst() ?? null
}

export async function insertLeaves(trx: Tx, scope: EngagementScope, sha256: string, leaves: readonly EvidenceLeaf[]): Promise<void> {
  if (leaves.length === 0) return
  await trx.insertInto('evidence_leaf').values(leaves.map((leaf) => ({ ...leaf, engagement_id: scope.engagement.id, sha256 })))
    .onConflict((conflict) => conflict.doNothing()).execute()
}

// Names in archives, headers of mails and cells hold whatever somebody put there; the database takes no NUL and no half of a character.
function writeFacts(facts: unknown): string {
  return JSON.stringify(facts, (_name, value: unknown) => typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value)
}

function readingOf({ kind, total, facts, rows_sha256: rowsSha256, reason }: Selectable<EvidenceReadingTable>): Reading {
  return { kind, total, facts, ...rowsSha256 === null ? {} : { rowsSha256 }, ...reason === null ? {} : { reason } } as Reading
}
