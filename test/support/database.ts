import pg from 'pg'
import type { Test } from 'tap'
import { connect, type Db } from '../../server/database/connect.ts'
import { cloneTemplate, inDatabase, testCluster } from './cluster.ts'

export type TestDatabase = { readonly db: Db, readonly ownerUrl: string, readonly appUrl: string, readonly queueUrl: string }

/** A migrated, empty database for this test alone; `db` is the application's role and ends with the test. */
export async function createDatabase(t: Test): Promise<TestDatabase> {
  const name = await cloneTemplate()
  const cluster = await testCluster()
  const appUrl = inDatabase(cluster.appUrl, name)
  const db = connect(appUrl)
  t.teardown(() => db.destroy())
  // While somebody is in it, no run beside this one takes the database for one that was left over.
  const holder = new pg.Client({ connectionString: appUrl })
  await holder.connect()
  t.teardown(() => holder.end())
  return { db, appUrl, ownerUrl: inDatabase(cluster.ownerUrl, name), queueUrl: inDatabase(cluster.queueUrl, name) }
}
