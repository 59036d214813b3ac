import t from 'tap'
import { readSources } from './support/sources.ts'

t.test('every file of the server loads by itself, so that none is missing from the coverage', async (t) => {
  const paths = Object.keys(readSources(['server'], ['.ts'])).filter((path) => path !== 'server/main.ts' && !path.endsWith('.process.ts'))
  t.ok(paths.length > 100)
  for (const path of paths) await t.resolves(import(`../${path}`), path)
})
