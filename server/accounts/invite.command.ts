import { parseArgs } from 'node:util'
import { BadConfig, processEnvironment, readInviteConfig } from '../config.ts'
import { connect } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { inviteFirst, type FirstPerson } from './first-actions.ts'

const usage = 'Usage: npm run invite -- partner@firm.example [--name "First Last"] [--firm "Firm & Partners CPAs"]'

/** `npm run invite -- <address>`: the way in for the first person; returns what it prints. */
export async function main(words: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const person = readArguments(words)
  const { ownerUrl, publicUrl } = readInviteConfig(environment)
  const db = connect(ownerUrl, 1)
  try {
    const path = await inviteFirst(db, person)
    return `Open this link within seven days to choose a password. It works once:\n${new URL(path, publicUrl).href}`
  } finally {
    await db.destroy()
  }
}

function readArguments(words: readonly string[]): FirstPerson {
  try {
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: { name: { type: 'string' }, firm: { type: 'string' } } })
    const [email, ...rest] = positionals
    if (email !== undefined && rest.length === 0) return { email, name: values.name, firm: values.firm }
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n${usage}`)
  }
  throw new Refused(usage)
}

if (import.meta.main) {
  try {
    console.log(await main(process.argv.slice(2), processEnvironment()))
  } catch (error) {
    if (!(error instanceof BadConfig || error instanceof Refused)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
