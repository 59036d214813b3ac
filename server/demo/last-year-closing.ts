import { setClosingDates } from '../engagements/phase-actions.ts'
import { readEvidence } from '../evidence/reading-actions.ts'
import { recordOpinion } from '../exceptions/judge-actions.ts'
import { act, type Act } from './acts.ts'
import { advance, keep } from './company.ts'
import { as, look, type Stage } from './stage.ts'

const reported = '2025-12-12'

/** From the last signature to the locked file: opinion, letters, quality review, release, assembly. */
export function closeLastYear(stage: Stage): Act[] {
  const { site, deeds } = stage
  return [
    act('2025-11-21 09:00', async (at) => advance(stage, 'natarajan', 'wrap_up', at)),
    act('2025-12-01 09:00', async (at) => advance(stage, 'natarajan', 'reporting', at)),
    act('2025-12-03 15:30', async (at) => deeds.once('opinion.recorded', { version: 1 }, async () => recordOpinion(site, await as(stage, 'okafor', at), 0, 'unqualified', 'Seventeen controls meet the criteria of security. No exception was noted.'))),
    act('2025-12-09 16:10', async (at) => keep(stage, 'reyes', 'quality_review', at, 'Scope, sample sizes and the opinion reviewed with the partner; nothing open.')),
    act('2025-12-12 10:00', async (at) => keep(stage, 'natarajan', 'subsequent_events', at, 'Helena Brandt and Graham Ilves asked; nothing since September 30 that bears on the report.')),
    act('2025-12-12 11:20', async (at) => keep(stage, 'brandt', 'assertion', at, 'As printed in Section II.')),
    act('2025-12-12 11:25', async (at) => keep(stage, 'brandt', 'representation', at, 'Signed by Helena Brandt and Joel Castellanos.')),
    act('2025-12-12 14:00', async (at) => deeds.once('closing.dated', { reportDate: reported }, async () => setClosingDates(site, await as(stage, 'natarajan', at), { reportDate: reported, releaseDate: '2025-12-15' }))),
    act('2025-12-15 10:00', async (at) => advance(stage, 'okafor', 'issued', at)),
    act('2026-01-29 15:00', async (at) => keep(stage, 'natarajan', 'assembly', at, 'Drafts discarded, references checked.')),
    act('2026-02-02 09:30', async (at) => {
      await readFiles(stage)
      await advance(stage, 'natarajan', 'archived', at)
    }),
  ]
}

/** What is to be seen of each file is found out before the lock lets nothing in. */
async function readFiles(stage: Stage): Promise<void> {
  const { site, engagementId } = stage
  const unread = await look(stage, async (trx, scope) => scope.engagement.phase === 'archived' ? [] : trx.selectFrom('evidence_file').select('id').where('engagement_id', '=', engagementId).execute())
  for (const { id } of unread) await readEvidence(site, { engagementId, fileId: id })
}
