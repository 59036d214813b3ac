import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const patience = 120_000

/**
 * Runs `work` while no other process of this machine runs work under the same name. The lock is an abstract socket:
 * the kernel gives it back however its holder ends, so that none can ever be left over.
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = await take(`\0tickmark-${name}`, Date.now() + patience)
  try {
    return await work()
  } finally {
    lock.close()
  }
}

async function take(address: string, deadline: number): Promise<Server> {
  for (;;) {
    const server = await listen(address)
    if (server) return server
    if (Date.now() > deadline) {
      throw new Error('Another start or stop of the same data directory has not come to an end. Wait for it, or end that process, and start again.')
    }
    await sleep(20)
  }
}

async function listen(address: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy())
  server.unref()
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE' ? resolve(null) : reject(error))
    server.listen(address, () => resolve(server))
  })
}
