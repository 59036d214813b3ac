import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { takeNumber } from '../database/counter.ts'
import { Invalid, Refused } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { insertAddition, lockAddition, stampAddition } from './additions-store.ts'
import type { Attached } from './attached.ts'

/** Proposes a note, a file or both to a locked file, and says why; the original stays as it is. */
export async function addToArchive(site: Site, scope: EngagementScope, addition: { reason: string, text: string, file: Attached | null }): Promise<void> {
  refuseUnlocked(scope)
  if (addition.text === '' && addition.file === null) throw new Invalid({ text: 'Write the note, or attach the file that is added.' })
  await inScope(site.db, scope, async (trx) => {
    const number = await takeNumber(trx, scope.engagement.id, 'addition')
    const additionId = await insertAddition(trx, scope, number, addition)
    await record(trx, scope, { kind: 'addition.made', facts: { additionId, number, sha256: addition.file?.file_sha256 ?? null }, detail: { reason: addition.reason } })
  })
}

/** Reviews an addition, which somebody else made. */
export async function reviewAddition(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await stamp(site, scope, number, 'reviewed', ({ made_by: maker, reviewed_at: reviewed }) => {
    if (maker === personOf(scope)) throw new Refused('You made this addition, so somebody else reviews it.')
    if (reviewed !== null) throw new Refused('This addition is reviewed already.')
  })
}

/** Makes a reviewed addition part of the file: the partner authorizes what happens after the lock. */
export async function authorizeAddition(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await stamp(site, scope, number, 'authorized', ({ reviewed_at: reviewed, authorized_at: authorized }) => {
    if (reviewed === null) throw new Refused('Somebody other than its maker reviews the addition first.')
    if (authorized !== null) throw new Refused('This addition is part of the file already.')
  })
}

type Locked = Awaited<ReturnType<typeof lockAddition>>

async function stamp(site: Site, scope: EngagementScope, number: number, how: 'reviewed' | 'authorized', check: (addition: Locked) => void): Promise<void> {
  refuseUnlocked(scope)
  await inScope(site.db, scope, async (trx: Tx) => {
    const addition = await lockAddition(trx, scope, number)
    check(addition)
    await stampAddition(trx, scope, addition.id, how)
    await record(trx, scope, { kind: `addition.${how}`, facts: { additionId: addition.id, number } })
  })
}

function refuseUnlocked(scope: EngagementScope): void {
  if (scope.engagement.phase !== 'archived') throw new Refused('Additions stand beside a file that is locked; this one is not.')
}
