import { Readable } from 'node:stream'
import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)

const engagement = { engagement_id: ours.engagement.id }
const asked = await owner.insertInto('request').values([
  { ...engagement, number: 1, kind: 'document' as const, title: 'Quarterly recertification', ask: 'The signed review for each system', owner_id: ours.owner.id, due_on: '2026-10-14', status: 'submitted' as const, issued_at: new Date(), issued_by: ours.senior.id, created_by: ours.staff.id },
  { ...engagement, number: 2, kind: 'document' as const, title: 'Board minutes', ask: 'Minutes of the recertification decision', owner_id: ours.lead.id, due_on: '2026-10-14', status: 'open' as const, issued_at: new Date(), issued_by: ours.senior.id, created_by: ours.staff.id },
  { ...engagement, number: 3, kind: 'document' as const, title: 'A draft on recertification', ask: 'Not yet asked', created_by: ours.staff.id },
]).returning('id').execute()
await ours.staff.post(`${ours.base}/controls`, {
  number: 'AC-04', text: 'Recertification of access every quarter.', source: 'List', ownerTitle: 'Director', frequencies: ['quarterly'], type: 'preventive', nature: 'manual', risk: 'low', criteria: 'CC6.2',
})

async function handIn(requestId: string, name: string, content: string, channel: 'link' | 'auditor', status: 'submitted' | 'draft'): Promise<void> {
  const { sha256, size } = await testApp.site.vault.store(Readable.from([Buffer.from(content)]))
  const submission = await owner.insertInto('submission').values({ ...engagement, request_id: requestId, number: channel === 'auditor' ? 9 : status === 'draft' ? 2 : 1 }).returning('id').executeTakeFirstOrThrow()
  const file = await owner.insertInto('evidence_file').values({
    ...engagement, request_id: requestId, submission_id: submission.id, position: 1, name, size, sha256, media_type: 'text/plain', kind: 'text', uploaded_by: ours.owner.id, channel,
  }).returning('id').executeTakeFirstOrThrow()
  if (status === 'submitted') await owner.updateTable('submission').set({ status, submitted_at: new Date(), submitted_by: ours.owner.id, channel }).where('id', '=', submission.id).execute()
  await previewEvidence(testApp.site, { engagementId: ours.engagement.id, fileId: file.id })
}

await handIn(asked[0]!.id, 'access log.txt', 'first line\nticket OPS-4471 was closed by m.rivers\nlast line', 'link', 'submitted')
await handIn(asked[0]!.id, 'half-done.txt', 'unsent words of OPS-4471', 'link', 'draft')
await handIn(asked[1]!.id, 'call notes.txt', 'the auditor saw OPS-4471 on the screen', 'auditor', 'submitted')
await owner.insertInto('comment').values([
  { ...engagement, request_id: asked[0]!.id, internal: false, text: 'Which recertification do you mean?', author_id: ours.owner.id, channel: 'login' },
  { ...engagement, request_id: asked[0]!.id, internal: true, text: 'Recertification looks thin to me', author_id: ours.senior.id, channel: 'login' },
]).execute()

const search = async (who: Member, words: string) => (await who.get(`${ours.base}/search?q=${encodeURIComponent(words)}`)).body
/** What a page lists: number and name of each place, without markup. */
const placesIn = (body: string) => [...body.matchAll(/<span class="ref">(.*?)<\/span><span class="what">(.*?)<\/span><\/a>/g)].map(([, ref, what]) => `${ref} ${what!.replace(/<[^>]+>/g, '')}`)

t.test('the firm finds requests, controls, threads, file names and what files say', async (t) => {
  t.strictSame(placesIn(await search(ours.staff, 'recertification')), [
    'AC-04 Director', 'R-001 Quarterly recertification', 'R-002 Board minutes', 'R-003 A draft on recertification', 'R-001 Quarterly recertification', 'R-001 Quarterly recertification',
  ])
  const said = await search(ours.staff, 'ops-4471')
  t.strictSame(placesIn(said).toSorted(), ['R-001 access log.txt', 'R-002 call notes.txt'], 'what is not handed in is not found')
  t.match(said, 'line 2')
  t.match(said, '<mark>OPS-4471</mark>')
  t.strictSame(placesIn(await search(ours.staff, 'access log')), ['R-001 access log.txt'])
  t.strictSame(placesIn(await search(ours.staff, 'recertification signed')), ['R-001 Quarterly recertification'], 'every word has to stand in one place')
})

t.test('nobody finds more than they may see', async (t) => {
  const lead = await search(ours.lead, 'recertification')
  t.strictSame(placesIn(lead), ['AC-04 Director', 'R-001 Quarterly recertification', 'R-002 Board minutes', 'R-001 Quarterly recertification'], 'no draft and no internal note')
  t.notMatch(lead, 'looks thin')
  t.strictSame(placesIn(await search(ours.owner, 'recertification')), ['R-001 Quarterly recertification', 'R-001 Quarterly recertification'], 'an owner finds their own')
  t.strictSame(placesIn(await search(ours.owner, 'OPS-4471')).toSorted(), ['R-001 access log.txt', 'R-001 half-done.txt'])
  t.strictSame(placesIn(await search(ours.lead, 'OPS-4471')).toSorted(), ['R-001 access log.txt', 'R-001 half-done.txt'], 'nothing the auditors obtained themselves')
  await owner.updateTable('membership').set({ role: 'sponsor' }).where('engagement_id', '=', ours.engagement.id).where('person_id', '=', ours.lead.id).execute()
  t.strictSame(placesIn(await search(ours.lead, 'OPS-4471')), ['R-001 access log.txt'], 'a sponsor nothing of an answer that is being made')
  t.strictSame(placesIn(await search(ours.lead, 'half-done')), [])
  await owner.updateTable('membership').set({ role: 'lead' }).where('engagement_id', '=', ours.engagement.id).where('person_id', '=', ours.lead.id).execute()
  t.equal((await outsiders.manager.get(`${ours.base}/search?q=recertification`)).status, 404)
  t.strictSame(placesIn((await outsiders.manager.get(`${outsiders.base}/search?q=recertification`)).body), [])
})

t.test('odd words are looked for by the letter, and nothing at all asks for words', async (t) => {
  for (const words of ['%', '_', "'", '\\', '& | !', "x':*", '<zz>', '\u0000', '(']) {
    const answer = await ours.staff.get(`${ours.base}/search?q=${encodeURIComponent(words)}`)
    t.equal(answer.status, 200, JSON.stringify(words))
    t.strictSame(placesIn(answer.body), [], JSON.stringify(words))
  }
  t.match((await ours.staff.get(`${ours.base}/search`)).body, 'Words to look for')
})
