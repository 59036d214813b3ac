import { comment, note } from '../threads/actions.ts'
import { act, type Act } from './acts.ts'
import { as, byLink, type Stage } from './stage.ts'

/** What was said on a request: by its owner through their link, by somebody of the firm, or among the firm alone. */
type Said = { readonly at: string, readonly number: number, readonly by: string, readonly text: string, readonly question?: boolean, readonly internal?: boolean }

const owner = 'owner'

const said: readonly Said[] = [
  { at: '2026-10-06 11:14', number: 2, by: owner, text: 'Shall people who moved to another company of the group count as leavers?' },
  { at: '2026-10-06 14:02', number: 2, by: 'webb', text: 'Yes, when their access here was to end. Please keep them in and mark them in termination_type.' },
  { at: '2026-10-06 15:31', number: 10, by: owner, text: 'There is no row for bank holidays. Is that all right?' },
  { at: '2026-10-06 16:20', number: 10, by: 'fischer', text: 'Yes. Please say in your answer which days those are; we agree them to the calendar.' },
  { at: '2026-10-08 10:45', number: 37, by: 'bergstrom', text: '@Marcus Webb last year the first screen came from the sandbox. Look at the address before anything else.', internal: true },
  { at: '2026-10-13 09:25', number: 3, by: 'webb', text: '1,000 rows to the row, and the last one is of July 18. @Tom Bergstrom I am sending it back.', internal: true },
  { at: '2026-10-14 15:05', number: 3, by: owner, text: 'The tool stops at 1,000 unless told otherwise. I am running it again with the limit off.' },
  { at: '2026-10-13 11:40', number: 6, by: 'fischer', text: 'Identity writes the month first, the other two the day first. Can the report use one format for all three?', question: true },
  { at: '2026-10-13 15:12', number: 6, by: owner, text: 'Yes, the report has an ISO setting. You get it tomorrow.' },
  { at: '2026-10-19 09:50', number: 21, by: owner, text: 'Do you need the list of users of each review, or is the count enough?' },
  { at: '2026-10-19 10:36', number: 21, by: 'fischer', text: 'The count in the record is enough. We pull two lists from AccessHub ourselves.' },
  { at: '2026-10-26 11:20', number: 21, by: 'bergstrom', text: '@Lena Fischer all reviews of the June quarter look late. Please keep them apart when you test.', internal: true },
  { at: '2026-10-20 13:30', number: 30, by: owner, text: 'For days without a break, is the reconciliation with its sign-off enough?' },
  { at: '2026-10-20 14:11', number: 30, by: 'webb', text: 'Yes, it is.' },
]

/** The threads of PaySmart's requests. */
export function talk(stage: Stage): Act[] {
  const { site, deeds } = stage
  return said.map(({ at, number, by, text, question = false, internal = false }) => act(at, async (at) => {
    const scope = async () => by === owner ? await byLink(stage, number, at) : await as(stage, by, at)
    const facts = { number, question: question || by === owner }
    if (internal) await deeds.once('thread.noted', { number }, async () => note(site, await scope(), number, text))
    else await deeds.once('thread.commented', { ...facts, channel: by === owner ? 'link' : 'login' }, async () => comment(site, await scope(), number, { text, question }))
  }))
}
