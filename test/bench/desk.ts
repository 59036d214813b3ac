import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import type { Test } from 'tap'
import type { Site } from '../../server/access/site.ts'
import { openApp } from '../support/app.ts'
import { gather, type Team } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { prepareTemplate } from '../support/cluster.ts'
import type { Ending, Size } from './bench.ts'
import type { Db } from '../../server/database/connect.ts'

export type Desk = { readonly ours: Team, readonly owner: Db, readonly ownerUrl: string, readonly site: Site, readonly firstByte: (path: string, address?: string) => Promise<{ ms: number, body: string }> }

/** The application, listening, with 400 requests and 2,000 files of one engagement (40 and 200 at the small size), half as many of another. */
export async function openDesk(size: Size, ending: Ending): Promise<Desk> {
  await prepareTemplate()
  // What a test takes care of when it ends is all that is asked of one here.
  const t = { teardown: ending } as unknown as Test
  const testApp = await openApp(t)
  const cast = await gather(testApp)
  const owner = ownerOf(t, testApp)
  const many = size === 'full' ? 400 : 40
  await grow(owner, cast.ours, many)
  await grow(owner, cast.outsiders, many / 2)
  await sql`analyze`.execute(owner)
  const here = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
  const cookie = await sessionCookie(testApp, cast.ours.senior)
  return { ours: cast.ours, owner, ownerUrl: testApp.ownerUrl, site: testApp.site, firstByte: async (path, address = here) => firstByte(`${address}${path}`, cookie) }
}

/** Milliseconds to the first byte of an answer's body, and the whole of it; throws unless it is a page. */
async function firstByte(url: string, cookie: string): Promise<{ ms: number, body: string }> {
  return await new Promise((resolve, reject) => {
    const begun = performance.now()
    let ms = 0
    request(url, { headers: { cookie } }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => {
        ms ||= performance.now() - begun
        pieces.push(piece)
      })
      response.on('end', () => response.statusCode === 200 ? resolve({ ms, body: Buffer.concat(pieces).toString() }) : reject(new Error(`${url} answered ${response.statusCode}`)))
    }).on('error', reject).end()
  })
}

/** `count` requests in every state, each with controls, a checklist, one or two versions and five files. */
export async function grow(owner: Db, { engagement: { id }, staff, senior, owner: asked }: Team, count: number): Promise<void> {
  await owner.transaction().execute(async (trx) => {
    // Rows are written as they stand, not by the moves that lead there.
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`insert into control (engagement_id, number, frequencies, type, nature) select ${id}, 'AC-' || lpad(i::text, 2, '0'), array['daily'], 'preventive', 'manual' from generate_series(1, 60) i`.execute(trx)
    await sql`insert into control_wording (engagement_id, control_id, version, text, source, entered_by) select ${id}, id, 1, 'Access is approved before it is given.', 'List', ${staff.id} from control where engagement_id = ${id}`.execute(trx)
    await sql`insert into control_criterion (engagement_id, control_id, criterion) select ${id}, id, unnest(array['CC6.1', 'CC6.2', 'CC8.1']) from control where engagement_id = ${id}`.execute(trx)
    await sql`insert into request (engagement_id, number, kind, title, ask, why, owner_id, due_on, original_due_on, status, status_since, issued_at, issued_by, reviewer_id, created_by, reference)
      select ${id}, i, (array['configuration', 'document', 'sample', 'inquiry'])[1 + i % 4], 'Access of people who joined, changed or left, system ' || i, repeat('Please send the whole window. ', 8), 'Shows the control', ${asked.id},
        date '2026-10-01' + i % 60, date '2026-10-01' + i % 55, state, timestamptz '2026-10-01 12:00Z' + i * interval '2 hours', case when state <> 'draft' then timestamptz '2026-09-20 12:00Z' end, ${senior.id},
        case when state in ('in_review', 'accepted') then ${senior.id}::uuid end, ${staff.id}, 'PBC-' || i
      from generate_series(1, ${count}) i, lateral (select (array['draft', 'open', 'in_progress', 'submitted', 'in_review', 'in_review', 'returned', 'accepted', 'accepted', 'not_applicable'])[1 + i % 10] as state) s`.execute(trx)
    await sql`insert into request_control (engagement_id, request_id, control_id) select ${id}, request.id, control.id from request join control on control.engagement_id = request.engagement_id
      and substr(control.number, 4)::int in (1 + request.number % 60, 1 + (request.number * 7) % 60) where request.engagement_id = ${id}`.execute(trx)
    await sql`insert into checklist_item (engagement_id, request_id, position, text) select ${id}, id, position, 'It shows point ' || position from request, generate_series(1, 4) position where engagement_id = ${id}`.execute(trx)
    await sql`insert into submission (engagement_id, request_id, number, status, submitted_at, submitted_by, channel, answer, decided_at, decided_by, reason_code, reason)
      select ${id}, id, 1, case when status in ('accepted', 'returned') then status else 'submitted' end, timestamptz '2026-10-20 14:00Z', ${asked.id}, 'link', 'In words',
        case when status in ('accepted', 'returned') then now() end, case when status in ('accepted', 'returned') then ${senior.id}::uuid end,
        case when status = 'returned' then 'cropped' end, case when status = 'returned' then 'Cropped' end
      from request where engagement_id = ${id} and status not in ('draft', 'open', 'not_applicable')`.execute(trx)
    const each = await sql<{ files: number }>`select ceil(${count * 5}::numeric / count(*))::int as files from submission where engagement_id = ${id}`.execute(trx)
    await sql`insert into evidence_file (engagement_id, request_id, submission_id, position, name, size, sha256, media_type, kind, uploaded_by, channel, preview)
      select ${id}, request_id, submission.id, position, 'export-' || position || '.pdf', 120000, md5(submission.id::text || position) || md5(position::text), 'application/pdf', 'pdf', ${asked.id}, 'link', 'none'
      from submission, generate_series(1, ${each.rows[0]!.files}) position where engagement_id = ${id}`.execute(trx)
  })
}
