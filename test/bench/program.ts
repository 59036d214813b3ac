import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { scripts: { start } } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } }

/** The whole program in a process of its own, and how many milliseconds it took until it listened. */
export type Program = { readonly pid: number, readonly took: number, readonly end: () => Promise<void> }

/** Starts the program as `npm start` does, with this environment and nothing else of ours; throws what it said if it does not start. */
export async function startProgram(environment: Readonly<Record<string, string>>): Promise<Program> {
  const begun = performance.now()
  const child = spawn('/bin/sh', ['-c', `exec env ${start}`], { cwd: root, env: { PATH: `${root}node_modules/.bin:${process.env['PATH'] ?? ''}`, LOG_LEVEL: 'silent', ...environment }, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  await new Promise<void>((listens, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (/Tickmark (listens|runs)/.test(said)) listens()
    })
    void ended.then(() => reject(new Error(said)))
  })
  const took = performance.now() - begun
  return {
    pid: child.pid!, took,
    end: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
