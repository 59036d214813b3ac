import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { BadConfig, processEnvironment, readConfig } from '../config.ts'
import { connect, type Db } from '../database/connect.ts'
import { startEmbedded } from '../database/embedded.ts'
import { FIRM_LOG } from './record.ts'
import { verifyAll, type Verdict } from './verify.ts'

const nothing = 'There is nothing to verify: this database was never set up. Is DATA_DIR or OWNER_DATABASE_URL the one you mean?'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * `npm run verify`: recomputes every log of the database that OWNER_DATABASE_URL names, or of the demo's own, and says
 * one line for each. Returns whether all of them hold.
 */
export async function main(environment: Environment, say: (line: string) => void): Promise<boolean> {
  const { ownerUrl, stop } = await openDatabase(environment)
  const owner = connect(ownerUrl, 2)
  try {
    const { rows: [found] } = await sql<{ there: boolean }>`select to_regclass('public.trail_head') is not null as there`.execute(owner)
    if (!found?.there) throw new Error(nothing)
    const names = await readNames(owner)
    const verdicts = await verifyAll(owner)
    for (const verdict of verdicts) say(`${names.get(verdict.log) ?? 'A log without an engagement'}: ${judge(verdict)}`)
    return verdicts.every(({ problem }) => problem === null)
  } finally {
    await owner.destroy()
    await stop()
  }
}

async function openDatabase(environment: Environment): Promise<{ ownerUrl: string, stop: () => Promise<void> }> {
  const ownerUrl = environment['OWNER_DATABASE_URL']
  if (ownerUrl) return { ownerUrl, stop: async () => {} }
  const config = readConfig(environment)
  if (!config.demo) throw new BadConfig(['OWNER_DATABASE_URL is missing: only the owner of the database sees every log'])
  if (!existsSync(config.dataDir)) throw new Error(nothing)
  return await startEmbedded({ dataDir: config.dataDir, log: () => {} })
}

async function readNames(owner: Db): Promise<Map<string, string>> {
  const rows = await owner.selectFrom('engagement').innerJoin('organization', 'organization.id', 'engagement.client_id')
    .select(['engagement.id', 'organization.name', 'engagement.system_name as system']).execute()
  return new Map([[FIRM_LOG, 'The firm'], ...rows.map(({ id, name, system }) => [id, `${name}, ${system} (${id})`] as const)])
}

function judge({ size, destroyed, problem }: Verdict): string {
  const entries = `${size} ${size === 1 ? 'entry' : 'entries'}`
  return problem === null ? `${entries}, every one as it was written${destroyed === 0 ? '' : `; what the first ${destroyed} quoted was destroyed with the file`}` : `NOT AS WRITTEN at entry ${problem.sequence} of ${size}: ${problem.why}`
}

if (import.meta.main) {
  try {
    if (!await main(processEnvironment(), console.log)) process.exitCode = 1
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
