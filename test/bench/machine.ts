import { cpus, release, totalmem } from 'node:os'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { testCluster } from '../support/cluster.ts'

/** On what a table was measured, and when. */
export type Machine = { readonly model: string, readonly cores: number, readonly memory: number, readonly node: string, readonly postgres: string, readonly system: string, readonly at: string }

/** Asks this machine; memory in GB. */
export async function readMachine(): Promise<Machine> {
  const { ownerUrl } = await testCluster()
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const { rows: [found] } = await client.query<{ server_version: string }>('show server_version')
  await client.end()
  const processors = cpus()
  return {
    model: processors[0]!.model, cores: processors.length, memory: Math.round(totalmem() / 1024 ** 3), node: process.versions.node,
    postgres: found!.server_version, system: `${distribution()}, ${process.platform} ${release()}`, at: new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
  }
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}
