import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/port.ts'
import type { Bench } from './bench.ts'
import { startProgram } from './program.ts'

export const bench: Bench = {
  what: 'cold start on an empty data folder, from the command until it listens: PostgreSQL set up and started, every migration applied',
  aim: {},
  unit: 'ms',
  prepare: async () => ({
    ours: async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'tickmark-bench-'))
      try {
        const program = await startProgram({ PORT: String(await freePort()), DATA_DIR: dataDir })
        await program.end()
        return program.took
      } finally {
        // As root the database lies elsewhere, under a name that the data folder knows.
        const name = await readFile(join(dataDir, 'postgres.name'), 'utf8').catch(() => null)
        if (name !== null) await rm(join('/var/lib/tickmark', name.trim()), { recursive: true, force: true })
        await rm(dataDir, { recursive: true, force: true })
      }
    },
  }),
}
