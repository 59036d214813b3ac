import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

/** What to ask, over how many connections at once, for how many seconds. */
export type Load = { readonly url: string, readonly headers: Readonly<Record<string, string>>, readonly connections: number, readonly seconds: number }

/** Answers a second, and the milliseconds half and 99 in 100 of them took at most. */
export type Loaded = { readonly rate: number, readonly half: number, readonly most: number }

process.on('message', (message: Load | 'end') => {
  if (message === 'end') process.disconnect()
  else void ask(message).catch((error: Error) => ({ error: error.message })).then((said) => process.send!(said))
})
process.send!('ready')

async function ask({ url, headers, connections, seconds }: Load): Promise<Loaded> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const begun = performance.now()
  const took: number[] = []
  await Promise.all(Array.from({ length: connections }, async (_, place) => {
    // Whoever asks comes from an address of their own, as people of an office behind a proxy do.
    const own = { ...headers, 'x-forwarded-for': `10.0.${place}.1` }
    do took.push(await once(url, own, agent))
    while (performance.now() - begun < seconds * 1000)
  }))
  const rate = took.length / ((performance.now() - begun) / 1000)
  agent.destroy()
  took.sort((one, other) => one - other)
  return { rate, half: took[Math.floor(took.length / 2)]!, most: took[Math.floor(took.length * 0.99)]! }
}

async function once(url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<number> {
  return await new Promise((resolve, reject) => {
    const begun = performance.now()
    request(url, { headers, agent }, (response) => {
      response.resume().on('error', reject)
      response.on('end', () => response.statusCode === 200 ? resolve(performance.now() - begun) : reject(new Error(`${url} answered ${String(response.statusCode)}`)))
    }).on('error', reject).end()
  })
}
