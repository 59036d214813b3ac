import { processEnvironment, readMigrateConfig } from '../config.ts'
import { migrate } from './migrate.ts'

/** `npm run migrate`: brings the database that the environment names up to date and prints what it applied. */
export async function main(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const applied = await migrate(readMigrateConfig(environment))
  for (const name of applied) console.log(`Applied ${name}`)
  console.log(applied.length === 0 ? 'The database was up to date.' : 'The database is up to date.')
}

if (import.meta.main) {
  await main(processEnvironment()).catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
