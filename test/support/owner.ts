import { connect, type Db } from '../../server/database/connect.ts'

type Test = { teardown(work: () => unknown): void }

/** A connection of the database's owner, who sees every row: for looking at what the program did, and for staging. */
export function ownerOf(t: Test, { ownerUrl }: { ownerUrl: string }): Db {
  const owner = connect(ownerUrl, 2)
  t.teardown(() => owner.destroy())
  return owner
}
