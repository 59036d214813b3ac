import { sql } from 'kysely'
import type { Bench } from './bench.ts'
import { openDesk } from './desk.ts'
import { servePage } from './floors/page.ts'

export const bench: Bench = {
  what: 'the first byte of the firm’s engagements, 1,000 with 60 requests each, filtered by phase, against a bare server with one query and one template',
  aim: { most: 100 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const desk = await openDesk('small', ending)
    const many = size === 'full' ? 1000 : 50
    const { engagement, partner, manager, senior, owner: asked } = desk.ours
    await desk.owner.transaction().execute(async (trx) => {
      // Rows are written as they stand, not by the moves that lead there.
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql`insert into engagement (client_id, system_name, type, period_start, period_end, zone, categories, phase, created_by)
        select ${engagement.clientId}, 'System ' || i, 2, date '2025-10-01', date '2026-09-30', 'America/New_York', array['security'], (array['planning', 'fieldwork', 'wrap_up', 'reporting', 'issued'])[1 + i % 5], ${partner.id} from generate_series(1, ${many}) i`.execute(trx)
      await sql`insert into membership (engagement_id, person_id, role) select engagement.id, person.id, person.role from engagement, (values (${partner.id}::uuid, 'partner'), (${manager.id}, 'manager'), (${senior.id}, 'senior')) person (id, role)
        where system_name like 'System %'`.execute(trx)
      await sql`insert into request (engagement_id, number, kind, title, ask, owner_id, due_on, status, status_since, created_by, issued_at, issued_by)
        select engagement.id, i, 'document', 'Policy ' || i, 'Please send it', ${asked.id}, date '2026-10-01' + i, (array['open', 'returned', 'submitted', 'accepted', 'accepted', 'accepted'])[1 + i % 6], now(), ${senior.id}, now(), ${senior.id}
        from engagement, generate_series(1, 60) i where system_name like 'System %'`.execute(trx)
    })
    await sql`vacuum analyze`.execute(desk.owner)
    const path = '/engagements?phase=fieldwork&q=System'
    const { body } = await desk.firstByte(path)
    const bare = await servePage(desk.ownerUrl, `select engagement.id, system_name, phase, count(request.id) from (select * from engagement where client_id = $1 and phase = 'fieldwork' order by system_name limit 50) engagement
      left join request on request.engagement_id = engagement.id group by 1, 2, 3`, [engagement.clientId], body, ending)
    const rows = body.match(/scope="row"/g)?.length ?? 0
    return { ours: async () => (await desk.firstByte(path)).ms, floor: async () => (await desk.firstByte('/', bare)).ms, figures: () => ({ rows: String(rows), bytes: String(body.length) }) }
  },
}
