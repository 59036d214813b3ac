import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** A port nobody uses: the site refuses forms from any other address than the one it was told. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
