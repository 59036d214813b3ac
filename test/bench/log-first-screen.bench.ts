import { Readable } from 'node:stream'
import { readEvidence } from '../../server/evidence/reading-actions.ts'
import { sql } from 'kysely'
import type { Bench } from './bench.ts'
import { openDesk } from './desk.ts'

const line = `2026-03-01T00:00:00.000Z host-14 sshd[2211]: Accepted publickey for deploy from 10.2.3.4 port 50222 ssh2\n`
const block = Buffer.from(line.repeat(10_000))

export const bench: Bench = {
  what: 'the first screen of a log of 1 GB, to its first byte',
  aim: { most: 150 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const { ours, owner, site, firstByte } = await openDesk('small', ending)
    const blocks = size === 'full' ? Math.ceil(1e9 / block.length) : 4
    const { sha256, size: bytes } = await site.vault.store(Readable.from(Array.from({ length: blocks }, () => block)))
    const { rows: [file] } = await sql<{ id: string, number: number }>`select evidence_file.id, number from evidence_file join request on request.id = request_id
      where evidence_file.engagement_id = ${ours.engagement.id} order by number limit 1`.execute(owner)
    await owner.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await trx.updateTable('evidence_file').set({ sha256, size: bytes, kind: 'text', media_type: 'text/plain' }).where('id', '=', file!.id).execute()
    })
    await readEvidence(site, { engagementId: ours.engagement.id, fileId: file!.id })
    const path = `${ours.base}/requests/R-${String(file!.number).padStart(3, '0')}/files/${file!.id}/view`
    return { ours: async () => (await firstByte(path)).ms, figures: () => ({ bytes: String(bytes) }) }
  },
}
