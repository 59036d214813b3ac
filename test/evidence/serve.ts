import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { openRun, type Run } from './run.ts'

/** The application on a port of this machine, which it knows as its own address. */
export async function serve(t: Test): Promise<{ run: Run, baseURL: string }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const run = await openRun(t, { PORT: String(port) })
  await run.app.listen({ host: '127.0.0.1', port })
  return { run, baseURL: `http://127.0.0.1:${port}` }
}
