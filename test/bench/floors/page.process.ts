import { serveAway } from '../away.ts'
import { servePage } from './page.ts'

/** The bare server in a process of its own; its arguments are the database's address, the query, its one value, and the address and cookie of the page to be like. */
const [url, query, value, page, cookie] = process.argv.slice(2) as [string, string, string, string, string]
const like = await (await fetch(page, { headers: { cookie, 'accept-encoding': 'identity' } })).text()
const ends: (() => unknown)[] = []
const address = await servePage(url, query, [value], like, (end) => ends.unshift(end), 10)
await serveAway({ address, bytes: like.length }, async () => {
  for (const end of ends) await end()
})
