import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { inDatabase, prepareTemplate, testCluster } from '../support/cluster.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import { sessionCookie } from '../support/sign-in.ts'
import type { Bench } from './bench.ts'
import { grow } from './desk.ts'
import { residentOf } from './memory.ts'
import { startProgram } from './program.ts'

export const bench: Bench = {
  what: 'warm start, from the command until it listens, with a database at hand',
  aim: { most: 1500 },
  unit: 'ms',
  also: [
    { what: '– memory at rest, the web process three seconds after its start', aim: { most: 130 }, unit: 'MB' },
    { what: '– memory after 20 views each of the home page, the overview and a list of 60, and ten seconds of rest', aim: {}, unit: 'MB' },
  ],
  prepare: async (size, ending) => {
    await prepareTemplate()
    // What a test takes care of when it ends is all that is asked of one here.
    const t = { teardown: ending } as unknown as Test
    const testApp = await openApp(t)
    const { ours } = await gather(testApp)
    await grow(ownerOf(t, testApp), ours, 60)
    const cookie = await sessionCookie(testApp, ours.senior)
    const { appUrl, queueUrl } = await testCluster()
    const name = /\/(clone_\w+)/.exec(testApp.ownerUrl)![1]!
    const [rest, views] = size === 'full' ? [[3000, 10_000], 20] as const : [[0, 0], 1] as const
    return {
      ours: async () => {
        const port = String(await freePort())
        const address = `http://127.0.0.1:${port}`
        const program = await startProgram({
          PORT: port, PUBLIC_URL: address, DATA_DIR: testApp.dataDir, DATABASE_URL: inDatabase(appUrl, name), QUEUE_DATABASE_URL: inDatabase(queueUrl, name),
          SECRET: 'k3Jx0vQ2bT8mY5nR7wL1zC9dF4gH6sAqE0uI', SMTP_URL: 'smtp://127.0.0.1:9',
        })
        try {
          await sleep(rest[0])
          const atRest = residentOf(program.pid) / 1024
          for (let view = 0; view < views; view++) {
            for (const path of ['/', ours.base, `${ours.base}/requests`]) {
              const { status } = await fetch(`${address}${path}`, { headers: { cookie } })
              if (status !== 200) throw new Error(`${path} answered ${status}`)
            }
          }
          await sleep(rest[1])
          return [program.took, atRest, residentOf(program.pid) / 1024]
        } finally {
          await program.end()
        }
      },
    }
  },
}
