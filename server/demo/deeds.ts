import { inScope, type Db } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { EventKind } from '../trail/events.ts'

type Facts = Readonly<Record<string, unknown>>

/** Does what has not been done before. */
export type Deeds = {
  /** Calls `act` unless the trail has an entry of that kind with these facts; `by` is who did it. */
  once(kind: EventKind, facts: Facts, act: () => Promise<unknown>): Promise<void>
}

/**
 * What earlier attempts at loading have done, as the trail tells it: each action and its entry were committed together,
 * so a loading that was killed goes on exactly where it stopped.
 */
export async function readDeeds(db: Db, scope: EngagementScope): Promise<Deeds> {
  const rows = await inScope(db, scope, async (trx) => trx.selectFrom('trail_entry').select(['kind', 'event', 'person_id'])
    .where('log', '=', scope.engagement.id).execute())
  const done = Map.groupBy(rows.map(({ kind, event, person_id: by }) => ({ kind, facts: { ...(JSON.parse(event) as { facts: Facts }).facts, by } as Facts })), ({ kind }) => kind)
  return {
    async once(kind, facts, act) {
      const wanted = Object.entries(facts)
      if (done.get(kind)?.some((entry) => wanted.every(([name, value]) => entry.facts[name] === value))) return
      await act()
    },
  }
}
