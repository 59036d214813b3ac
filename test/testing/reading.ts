import { connect, inScope, type Tx } from '../../server/database/connect.ts'
import type { TestApp } from '../support/app.ts'
import type { Team } from '../support/cast.ts'

export type Told = { readonly kind: string, readonly at: string, readonly facts: Record<string, unknown> }

/** Every entry of an engagement's trail, oldest first. */
export async function readTrail({ site }: TestApp, team: Team): Promise<Told[]> {
  const rows = await inScope(site.db, team.partner.scope, async (trx) => trx.selectFrom('trail_entry').select('event').where('engagement_id', '=', team.engagement.id).orderBy('sequence').execute())
  return rows.map(({ event }) => JSON.parse(event) as Told)
}

/** Runs one statement as the owner of the tables, inside the engagement, past every rule of the program. */
export async function sayInDatabase<T>({ ownerUrl }: TestApp, team: Team, statement: (trx: Tx) => { execute(): Promise<T> }): Promise<T> {
  const owner = connect(ownerUrl, 1)
  try {
    return await inScope(owner, team.partner.scope, async (trx) => statement(trx).execute())
  } finally {
    await owner.destroy()
  }
}
